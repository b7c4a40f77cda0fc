import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buryEvent } from '../../server/platform/outbox/dead-letters.ts'
import { deadLetters } from '../../server/platform/outbox/tables.ts'
import type { DeadLetterList, DeadLetterView, InvariantReport } from '../../shared/schemas/operations.ts'
import type { Problem } from '../../shared/schemas/problem.ts'
import { startProcess } from '../harness/one-process.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
let admin: TestShopper
let shopper: TestShopper
beforeAll(async () => {
  admin = await shop.admin()
  shopper = shop.shopper()
  await shopper.request('POST', '/api/auth/register', { email: `${crypto.randomUUID()}@example.com`, password: 'a long password', name: 'Bob' })
})
afterAll(shop.close)

/** A letter to a subscriber that no worker has, so that a replay stays where we can look at it. */
async function letter(payload: Record<string, unknown> = { orderId: 'unreadable' }): Promise<string> {
  const id = crypto.randomUUID()
  await shop.database.fresh(db => buryEvent(db, { event: { id, type: 'order.paid', subject: id, payload }, subscriber: 'nobody', error: 'Invalid input: expected a UUID', attempts: 8 }))
  const [row] = await shop.database.fresh(db => db.select().from(deadLetters).where(eq(deadLetters.eventId, id)))
  return String(row!.id)
}
const path = (id: string, action = '') => `/api/admin/dead-letters/${id}${action}`

describe('the admin routes', () => {
  test.each([
    ['GET', '/api/admin/dead-letters'], ['GET', '/api/admin/dead-letters/1'], ['PATCH', '/api/admin/dead-letters/1'], ['POST', '/api/admin/dead-letters/1/replay'], ['POST', '/api/admin/dead-letters/1/discard'], ['GET', '/api/admin/invariants'],
  ])('%s %s is 401 to a guest and 403 to a shopper', async (method, url) => {
    const body = method === 'PATCH' ? { payload: {} } : undefined
    expect(await shop.shopper().request<Problem>(method, url, body)).toMatchObject({ status: 401, body: { code: 'auth/login-needed' } })
    expect(await shopper.request<Problem>(method, url, body)).toMatchObject({ status: 403, body: { code: 'auth/admins-only' } })
  })

  test.each(['0', '999999999', 'x', '1e3', '99999999999999999999'])('a letter "%s" is not there', async (id) => {
    for (const [method, action, body] of [['GET', ''], ['PATCH', '', { payload: {} }], ['POST', '/replay'], ['POST', '/discard']] as const) {
      expect((await admin.request(method, path(id, action), body)).status).toBe(404)
    }
  })
})

describe('a dead letter', () => {
  test('is listed with its reason, by status, page by page, with the counts of all', async () => {
    const ids = [await letter(), await letter(), await letter()]
    const first = (await until(() => admin.get<DeadLetterList>('/api/admin/dead-letters?status=waiting&limit=2'), ({ body }) => body.items[0]?.id === ids[2])).body
    expect(first.items.map(item => item.id)).toEqual([ids[2], ids[1]])
    expect(first.items[0]).toMatchObject({ type: 'order.paid', subscriber: 'nobody', error: 'Invalid input: expected a UUID', attempts: 8, status: 'waiting', replays: 0, decidedAt: null, payload: { orderId: 'unreadable' } })
    const second = (await admin.get<DeadLetterList>(`/api/admin/dead-letters?status=waiting&limit=2&cursor=${first.nextCursor}`)).body
    expect(second.items[0]!.id).toBe(ids[0])
    expect(first.counts.waiting).toBeGreaterThanOrEqual(3)
    expect(Object.keys(first.counts).toSorted()).toEqual(['discarded', 'replaying', 'resolved', 'waiting'])
  })

  test.each(['status=lost', 'limit=0', 'limit=101', 'cursor=!', 'cursor=MHgx', 'cursor='])('is not found by ?%s', async (query) => {
    expect((await admin.get(`/api/admin/dead-letters?${query}`)).status).toBe(422)
  })

  test('is mended, then replayed with what was mended, and what is not waiting is left alone', async () => {
    const id = await letter()
    const mended = await admin.request<DeadLetterView>('PATCH', path(id), { payload: { orderId: 'mended', deep: [{ a: null }] } })
    expect(mended).toMatchObject({ status: 200, body: { id, status: 'waiting', payload: { orderId: 'mended', deep: [{ a: null }] } } })
    expect(await admin.request('POST', path(id, '/replay'))).toMatchObject({ status: 200, body: { id, status: 'replaying', replays: 1, decidedAt: expect.any(String), payload: { orderId: 'mended' } } })
    const audited = await shop.auditedWith('letterId', id)
    expect(audited).toMatchObject(['operations.letter-mended', 'operations.letter-replayed'].map(kind => ({ kind, actorId: expect.any(String), requestId: expect.any(String) })))
    // No subscriber of that name takes it, or a worker has found that out already and it waits again.
    const { status } = (await admin.get<DeadLetterView>(path(id))).body
    if (status === 'replaying') {
      for (const [method, action, body] of [['PATCH', '', { payload: {} }], ['POST', '/replay'], ['POST', '/discard']] as const) {
        expect(await admin.request<Problem>(method, path(id, action), body)).toMatchObject({ status: 409, body: { code: 'operations/letter-not-waiting', detail: expect.stringContaining('replaying') } })
      }
    }
  })

  test('is discarded by somebody, once, and stays in the list of the discarded', async () => {
    const id = await letter()
    const answers = await Promise.all([admin.request<DeadLetterView>('POST', path(id, '/discard')), admin.request<DeadLetterView>('POST', path(id, '/discard'))])
    expect(answers.map(answer => answer.status).toSorted()).toEqual([200, 409])
    const [row] = await shop.database.fresh(db => db.select().from(deadLetters).where(eq(deadLetters.id, Number(id))))
    expect(row).toMatchObject({ status: 'discarded', decidedBy: expect.any(String) })
    expect((await shop.auditedWith('letterId', id)).map(entry => [entry.kind, entry.actorId])).toEqual([['operations.letter-discarded', row!.decidedBy]])
    const { items } = (await admin.get<DeadLetterList>('/api/admin/dead-letters?status=discarded')).body
    expect(items.map(item => item.id)).toContain(id)
  })

  test.each<[string, unknown]>([
    ['a list', { payload: [] }], ['text', { payload: 'x' }], ['nothing', { payload: null }], ['no payload', {}], ['something else besides', { payload: {}, status: 'resolved' }],
    ['a zero character', { payload: { a: ['\0'] } }], ['a zero character in a name', { payload: { 'a\0': 1 } }], ['half a pair', { payload: { a: '\uD800' } }],
    ['a well', { payload: { a: JSON.parse('['.repeat(60) + ']'.repeat(60)) as unknown } }],
  ])('is not mended with %s', async (_, body) => {
    const id = await letter()
    expect((await admin.request('PATCH', path(id), body)).status).toBe(422)
    expect((await admin.get<DeadLetterView>(path(id))).body.payload).toEqual({ orderId: 'unreadable' })
  })

  test('is not mended with more than 100 kB', async () => {
    expect((await admin.request('PATCH', path(await letter()), { payload: { a: 'x'.repeat(100_001) } })).status).toBe(413)
  })

  test('is not decided over from another site', async () => {
    const id = await letter()
    expect((await admin.request('POST', path(id, '/discard'), undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })
})

describe('the invariants', () => {
  test('are reported with their sentences and the time of the last look, which a worker takes by itself', async () => {
    const { body } = await until(() => admin.get<InvariantReport>('/api/admin/invariants'), answer => answer.body.checkedAt !== null, { withinMs: 45_000 })
    expect(body).toMatchObject({ stale: false, checkedAt: expect.any(String) })
    expect(body.items.length).toBeGreaterThan(20)
    for (const item of body.items) expect(item).toMatchObject({ says: expect.stringMatching(/\.$/), tookMs: expect.any(Number) })
  })

  test('show a finding of the gateway until it is resolved', async () => {
    const intentId = `pi_${crypto.randomUUID()}`
    await shop.database.fresh(db => db.execute(sql`insert into payment_findings (intent_id, kind, detail, mended) values (${intentId}, 'unknown-charge', '{"amountMinor": 700}', false)`))
    const found = await until(() => admin.get<InvariantReport>('/api/admin/invariants'), ({ body }) => body.findings.some(one => one.intentId === intentId))
    expect(found.body.findings.find(one => one.intentId === intentId)).toMatchObject({ kind: 'unknown-charge', detail: { amountMinor: 700 } })
    await shop.database.fresh(db => db.execute(sql`update payment_findings set resolved_at = now() where intent_id = ${intentId}`))
    await until(() => admin.get<InvariantReport>('/api/admin/invariants'), ({ body }) => !body.findings.some(one => one.intentId === intentId))
  })
})

describe('/metrics', () => {
  const scrape = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/metrics`, { headers })

  test('tells a neighbour what the process answers, by pattern and never by path', async () => {
    await shop.shopper().get(`/api/products/no-such-${crypto.randomUUID()}`)
    await fetch(`${shop.url}/products/tidewater-mug`)
    const text = await until(async () => (await scrape(shop.url)).text(), all => all.includes('route="/products/:slug"'))
    expect(text).toMatch(/^http_requests_total\{route="\/api\/products\/:slug",method="GET",status="4xx"\} \d+$/m)
    expect(text).toMatch(/^http_request_duration_seconds_bucket\{le="0.1",route="\/products\/:slug",method="GET",status="2xx"\} /m)
    expect(text).not.toMatch(/no-such|tidewater/)
    expect(text).toMatch(/^pg_pool_connections\{role="replica",state="total"\} \d+$/m)
    expect(text).toMatch(/^replica_lag_seconds [\d.e-]+$/m)
    expect(text).toMatch(/^outbound_breaker\{outbound="the payment gateway",state="closed"\} 1$/m)
  })

  test.each(['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])('is not there for whoever comes with %s', async (header) => {
    const answer = await scrape(shop.url, { [header]: '127.0.0.1' })
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toContain('http_requests_total')
  })

  test('answers the queues, the outbox, the dead letters and the invariants in a worker', async () => {
    const worker = await startProcess(shop, { APP_ROLE: 'worker' })
    try {
      const text = await until(async () => (await scrape(worker.url)).text(), all => all.includes('invariant_broken{'), { withinMs: 40_000 })
      for (const line of [/^queue_jobs\{queue="notifications",state="waiting"\} \d+$/m, /^outbox_unpublished \d+$/m, /^outbox_oldest_seconds [\d.]+$/m, /^dead_letters\{status="waiting"\} \d+$/m, /^invariant_broken\{invariant="stock-adds-up"\} 0$/m, /^invariants_age_seconds [\d.]+$/m]) expect(text).toMatch(line)
      expect((await fetch(`${worker.url}/admin`)).status).toBe(404)
    }
    finally {
      await worker.stop()
    }
  })

  test('is not there when it is switched off', async () => {
    const web = await startProcess(shop, { APP_ROLE: 'web', METRICS: 'off' })
    try {
      expect((await scrape(web.url)).status).toBe(404)
    }
    finally {
      await web.stop()
    }
  })
})
