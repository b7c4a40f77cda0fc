import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { desc, eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { knownDevices, loginFailures, passwordResets, users } from '../../server/auth/db/tables.ts'
import { auditLog } from '../../server/platform/audit/tables.ts'
import type { ResetAnswer, SessionAnswer } from '../../shared/schemas/auth.ts'
import { mailsTo, tokenIn } from '../harness/mailbox.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const password = 'correct horse battery'
const another = 'four unrelated words more'
async function someone() {
  const email = `ada-${crypto.randomUUID()}@example.com`
  const shopper = shop.shopper()
  await shopper.request('POST', '/api/auth/register', { email, password, name: 'Ada' })
  return { email, shopper }
}
const ask = (email: string, shopper = shop.shopper()) => shopper.request<Maybe<ResetAnswer>>('POST', '/api/auth/reset', { email })
const confirm = (token: string, chosen = another, shopper = shop.shopper()) => shopper.request<Maybe<object>>('POST', '/api/auth/reset/confirm', { token, password: chosen })
const login = (email: string, chosen: string, shopper: TestShopper = shop.shopper()) => shopper.request<Maybe<SessionAnswer>>('POST', '/api/auth/login', { email, password: chosen })
async function link(email: string, count = 1) {
  await ask(email)
  return tokenIn((await mailsTo(shop.database, email, count)).at(-1)!)
}
const rows = <T extends Record<string, unknown>>(query: ReturnType<typeof sql>) => shop.database.fresh(async db => (await db.execute<T>(query)).rows)

describe('a forgotten password', () => {
  test('is replaced by way of the mail: the old one is dead, and so are all sessions', async () => {
    const { email, shopper } = await someone()
    const laptop = shop.shopper()
    await login(email, password, laptop)
    const token = await link(email)
    const stranger = shop.shopper()
    expect((await confirm(token, another, stranger)).status).toBe(204)
    for (const one of [shopper, laptop, stranger]) expect((await one.get<SessionAnswer>('/api/auth/session')).body.user).toBeNull()
    expect((await login(email, password)).status).toBe(401)
    expect((await login(email, another)).status).toBe(200)
    const [, told] = await mailsTo(shop.database, email, 2)
    expect(told!.subject).toBe('Your password was changed')
  })

  test('the mail goes out, and says how long its link works', async () => {
    const { email } = await someone()
    const token = await link(email)
    const [mail] = await until(() => mailsTo(shop.database, email), ([one]) => one!.sentAt !== null)
    const folder = join(shop.dataDir, 'mail')
    const files = await readdir(folder)
    const sent = await readFile(join(folder, files.find(file => file.includes(mail!.eventId))!), 'utf8')
    expect(sent.replaceAll('=\n', '').replaceAll('=3D', '=')).toContain(`/reset?token=${token}`)
    expect(mail!.body).toContain('once, for 30 minutes')
  })

  test('a link works once, also for two at the same time', async () => {
    const { email } = await someone()
    const token = await link(email)
    const statuses = (await Promise.all([confirm(token, another), confirm(token, 'and yet another one')])).map(answer => answer.status)
    expect(statuses.toSorted()).toEqual([204, 410])
    const again = await confirm(token)
    expect([again.status, again.body.code]).toEqual([410, 'auth/reset-unusable'])
  })

  test('only the latest link works', async () => {
    const { email } = await someone()
    const first = await link(email)
    const second = await link(email, 2)
    expect((await confirm(first)).status).toBe(410)
    expect((await confirm(second)).status).toBe(204)
  })

  test('a link ends after 30 minutes of the database\'s clock', async () => {
    const { email } = await someone()
    const token = await link(email)
    const mine = eq(passwordResets.userId, sql`(select id from users where email = ${email})`)
    const [{ lastsS }] = await shop.database.fresh(db => db.select({ lastsS: sql<number>`extract(epoch from expires_at - requested_at)::int` }).from(passwordResets).where(mine)) as [{ lastsS: number }]
    expect(lastsS).toBe(1_800)
    await shop.database.fresh(db => db.update(passwordResets).set({ expiresAt: sql`clock_timestamp() - interval '1 second'` }).where(mine))
    expect((await confirm(token)).status).toBe(410)
    expect((await login(email, password)).status).toBe(200)
  })

  test('changing the password voids the link', async () => {
    const { email, shopper } = await someone()
    const token = await link(email)
    expect((await shopper.request('POST', '/api/auth/password', { current: password, password: another })).status).toBe(204)
    expect((await confirm(token, 'and yet another one')).status).toBe(410)
  })

  test('a refused password leaves the link as it was', async () => {
    const { email } = await someone()
    const token = await link(email)
    for (const [bad, code] of [['short', 'platform/invalid-input'], ['password123', 'auth/password-common'], ['x'.repeat(129), 'platform/invalid-input'], [email.split('@')[0]!, 'auth/password-personal']] as const) {
      const { status, body } = await confirm(token, bad)
      expect([status, body.code, body.errors?.[0]?.path]).toEqual([422, code, 'password'])
    }
    expect((await confirm(token)).status).toBe(204)
  })

  test('known or not, the answer is the same, and nobody else is written to', async () => {
    const { email } = await someone()
    const unknown = `nobody-${crypto.randomUUID()}@example.com`
    const [known, stranger] = [await ask(email), await ask(unknown)]
    expect([known.status, known.body]).toEqual([202, { message: 'If there is an account with that address, a mail is on its way to it.' }])
    expect([stranger.status, stranger.body]).toEqual([known.status, known.body])
    await mailsTo(shop.database, email)
    // Both events have had their effect, and one of them was a mail.
    await until(() => rows<{ left: number }>(sql`select count(*)::int as left from outbox o where type = 'auth.reset-requested' and not exists (select 1 from effects e where e.event_id = o.event_id)`), ([row]) => row!.left === 0)
    expect(await rows(sql`select 1 from mails where recipient = ${unknown}`)).toEqual([])
  })

  test('nobody\'s mailbox is filled: the fourth mail of an hour is not sent, and the third link still works', async () => {
    const { email } = await someone()
    for (const count of [1, 2, 3]) await link(email, count)
    await ask(email)
    await until(() => rows<{ left: number }>(sql`select count(*)::int as left from outbox o where type = 'auth.reset-requested' and not exists (select 1 from effects e where e.event_id = o.event_id)`), ([row]) => row!.left === 0)
    const mails = await mailsTo(shop.database, email, 3)
    expect(mails).toHaveLength(3)
    expect((await confirm(tokenIn(mails[2]!))).status).toBe(204)
  })

  test('the token is in the mail alone: in no event, no letter, no record, and in the reset as a hash', async () => {
    const { email } = await someone()
    const token = await link(email)
    const tokenHash = createHash('sha256').update(token).digest()
    const [{ found }] = await rows<{ found: number }>(sql`select
      (select count(*) from outbox where payload::text like ${`%${token}%`} or payload::text like ${`%${email}%`})
      + (select count(*) from dead_letters where payload::text like ${`%${token}%`})
      + (select count(*) from audit_log where detail::text like ${`%${token}%`} or detail::text like ${`%${email}%`}) as found`) as [{ found: number }]
    expect(Number(found)).toBe(0)
    expect(await shop.database.fresh(db => db.select({ id: passwordResets.id }).from(passwordResets).where(eq(passwordResets.tokenHash, tokenHash)))).toHaveLength(1)
  })

  test('an event that comes twice makes one mail and one token', async () => {
    const { email } = await someone()
    const token = await link(email)
    await rows(sql`update outbox set published_at = null where type = 'auth.reset-requested' and subject = (select r.id::text from password_resets r join users u on u.id = r.user_id where u.email = ${email})`)
    await until(() => rows<{ publications: number }>(sql`select publications from outbox where type = 'auth.reset-requested' and subject = (select r.id::text from password_resets r join users u on u.id = r.user_id where u.email = ${email})`), ([row]) => row!.publications >= 2)
    expect(await mailsTo(shop.database, email)).toHaveLength(1)
    expect((await confirm(token)).status).toBe(204)
  })

  test('it frees an account that somebody hammers at, for the browser that did it', async () => {
    const { email } = await someone()
    for (let index = 0; index < 7; index++) await login(email, 'a wrong guess')
    const owner = shop.shopper()
    const token = await link(email)
    expect((await confirm(token, another, owner)).status).toBe(204)
    for (let index = 0; index < 7; index++) await login(email, 'a wrong guess')
    expect((await login(email, another)).status).toBe(429)
    expect((await login(email, another, owner)).status).toBe(200)
    expect(await shop.database.fresh(db => db.select({ at: knownDevices.lastLoginAt }).from(knownDevices).innerJoin(users, eq(users.id, knownDevices.userId)).where(eq(users.email, email)))).toHaveLength(1)
    expect(await shop.database.fresh(db => db.select({ n: loginFailures.failures }).from(loginFailures).where(eq(loginFailures.accountHash, createHash('sha256').update(email).digest())))).toHaveLength(1)
  })

  test('it is on record, without the address', async () => {
    const { email } = await someone()
    await confirm(await link(email))
    const entries = await shop.database.fresh(db => db.select().from(auditLog).where(eq(auditLog.userId, sql`(select id from users where email = ${email})`)).orderBy(desc(auditLog.id)))
    expect(entries.map(entry => entry.kind)).toEqual(['auth.password-reset', 'auth.reset-requested', 'auth.registered'])
    expect(entries[0]).toMatchObject({ address: '127.0.0.0/24', detail: { sessionsEnded: 1 } })
  })

  test.each([
    ['/api/auth/reset', {}], ['/api/auth/reset', { email: 'no address' }], ['/api/auth/reset', { email: 'a@b.example', extra: 1 }], ['/api/auth/reset', []], ['/api/auth/reset', { email: null }], ['/api/auth/reset', { email: `${'a'.repeat(300)}@example.com` }],
    ['/api/auth/reset/confirm', {}], ['/api/auth/reset/confirm', { token: 'x', password: another }], ['/api/auth/reset/confirm', { token: `${'a'.repeat(42)}'`, password: another }], ['/api/auth/reset/confirm', { token: 'a'.repeat(43), password: 7 }],
    ['/api/auth/reset/confirm', { token: 'a'.repeat(43), password: 'x\ud800xxxxxxx' }],
  ])('%s refuses %j with a list of what is wrong', async (path, body) => {
    const answer = await shop.shopper().request<Maybe<object>>('POST', path, body)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body.errors?.length).toBeGreaterThan(0)
  })

  test('a made-up token is refused like a used one, before anything is hashed', async () => {
    const { status, body } = await confirm('a'.repeat(43))
    expect([status, body.code]).toEqual([410, 'auth/reset-unusable'])
  })

  test('without JavaScript the forms say the same', async () => {
    const { email } = await someone()
    const form = (path: string, fields: Record<string, string>) => fetch(`${shop.url}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
    for (const address of [email, 'nobody@example.com']) expect((await form('/auth/forgot', { email: address })).headers.get('location')).toBe('/forgot?sent=1')
    const token = tokenIn((await mailsTo(shop.database, email))[0]!)
    expect((await form('/auth/reset', { token, password: 'password1' })).headers.get('location')).toBe(`/reset?token=${token}&problem=auth%2Fpassword-common`)
    expect((await form('/auth/reset', { token, password: another })).headers.get('location')).toBe('/login?done=reset')
    expect((await form('/auth/reset', { token, password: another })).headers.get('location')).toContain('problem=auth%2Freset-unusable')
    expect((await form('/auth/reset', { token: '//evil.example', password: another })).headers.get('location')).toBe('/reset?problem=auth%2Freset-unusable')
  })

  test('its page tells nobody where one came from, and no cache keeps it', async () => {
    const response = await fetch(`${shop.url}/reset?token=${'a'.repeat(43)}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).toMatch(/<meta name="referrer" content="no-referrer">/)
  })
})
