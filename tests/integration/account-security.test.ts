import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { changeRole, sweepAccounts } from '../../server/auth/index.ts'
import { sessions, users } from '../../server/auth/db/tables.ts'
import { audit } from '../../server/platform/audit/audit.ts'
import { auditLog } from '../../server/platform/audit/tables.ts'
import type { SessionAnswer, SessionList } from '../../shared/schemas/auth.ts'
import { mailsTo } from '../harness/mailbox.ts'
import { runningShop } from '../harness/running-shop.ts'
import type { Maybe, TestShopper } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const password = 'correct horse battery'
const another = 'four unrelated words more'
async function someone(chosen = password) {
  const email = `ada-${crypto.randomUUID()}@example.com`
  const shopper = shop.shopper()
  const answer = await shopper.request<Maybe<SessionAnswer>>('POST', '/api/auth/register', { email, password: chosen, name: 'Ada' })
  return { email, shopper, answer, id: answer.body.user?.id ?? '' }
}
async function onAnotherDevice(email: string, chosen = password) {
  const shopper = shop.shopper()
  return { shopper, answer: await shopper.request<Maybe<SessionAnswer>>('POST', '/api/auth/login', { email, password: chosen }) }
}
const whoIs = async (shopper: TestShopper) => (await shopper.get<SessionAnswer>('/api/auth/session')).body.user?.email ?? null
const entriesOf = (userId: string) => shop.database.fresh(db => db.select().from(auditLog).where(eq(auditLog.userId, userId)).orderBy(asc(auditLog.id)))
const change = (shopper: TestShopper, current: string, chosen: string) => shopper.request<Maybe<object>>('POST', '/api/auth/password', { current, password: chosen })

describe('a password', () => {
  test.each([['password123', 'auth/password-common'], ['qwertyuiop', 'auth/password-common'], ['monolith-supply', 'auth/password-personal'], ['x7-'.repeat(43), 'platform/invalid-input'], ['short', 'platform/invalid-input']])('%s is refused beside its field', async (chosen, code) => {
    const { answer } = await someone(chosen)
    expect([answer.status, answer.body.code, answer.body.errors?.map(error => error.path)]).toEqual([422, code, ['password']])
  })

  test.each(['日本語のパスワード', '  leading and trailing  ', '🐎'.repeat(2) + '🔋📎🔌🧷🍎🍏', 'pässword ①', 'x7-'.repeat(42) + 'xy'])('%s works as it is', async (chosen) => {
    const { answer, email } = await someone(chosen)
    expect(answer.status).toBe(201)
    expect((await onAnotherDevice(email, chosen)).answer.status).toBe(200)
    if (chosen !== chosen.trim()) expect((await onAnotherDevice(email, chosen.trim())).answer.status).toBe(401)
  })

  test('typed on another keyboard it is the same', async () => {
    const { email } = await someone('zw\u00f6lf gr\u00fcne h\u00fcte')
    expect((await onAnotherDevice(email, 'zwo\u0308lf gru\u0308ne hu\u0308te')).answer.status).toBe(200)
  })

  test('when it is changed, then the other devices are out, this one stays under a new token, and a mail says so', async () => {
    const { email, shopper } = await someone()
    const { shopper: phone } = await onAnotherDevice(email)
    const before = shopper.cookie
    expect((await change(shopper, password, another)).status).toBe(204)
    expect(shopper.cookie.split('.')[0]).not.toBe(before.split('.')[0])
    expect([await whoIs(shopper), await whoIs(phone)]).toEqual([email, null])
    const thief = shop.shopper()
    thief.cookie = before
    expect(await whoIs(thief)).toBeNull()
    expect((await onAnotherDevice(email)).answer.status).toBe(401)
    expect((await onAnotherDevice(email, another)).answer.status).toBe(200)
    expect((await mailsTo(shop.database, email))[0]!.subject).toBe('Your password was changed')
  })

  test('when the present one is wrong or the new one is refused, then nothing changes', async () => {
    const { email, shopper } = await someone()
    const wrong = await change(shopper, 'a wrong guess', another)
    expect([wrong.status, wrong.body.code, wrong.body.errors?.[0]?.path]).toEqual([403, 'auth/wrong-password', 'current'])
    expect((await change(shopper, password, 'password123')).body.code).toBe('auth/password-common')
    expect((await change(shop.shopper(), password, another)).status).toBe(401)
    expect((await onAnotherDevice(email)).answer.status).toBe(200)
  })

  test('when it is changed twice at the same time, then once', async () => {
    const { shopper } = await someone()
    const twin = shop.shopper()
    twin.cookie = shopper.cookie
    const statuses = (await Promise.all([change(shopper, password, another), change(twin, password, 'and yet another one')])).map(answer => answer.status)
    expect(statuses.filter(status => status === 204)).toHaveLength(1)
  })

  test.each([{}, { current: password }, { current: '', password: another }, { current: 1, password: another }, { current: password, password: another, extra: 1 }])('%j is refused', async (body) => {
    const { shopper } = await someone()
    expect((await shopper.request<Maybe<object>>('POST', '/api/auth/password', body)).status).toBe(422)
  })
})

describe('sessions', () => {
  test('all others end at once', async () => {
    const { email, shopper } = await someone()
    const others = await Promise.all([onAnotherDevice(email), onAnotherDevice(email)])
    expect((await shopper.request('DELETE', '/api/auth/sessions')).status).toBe(204)
    expect(await Promise.all([shopper, ...others.map(other => other.shopper)].map(whoIs))).toEqual([email, null, null])
    expect((await shopper.get<SessionList>('/api/auth/sessions')).body.items).toHaveLength(1)
    expect((await shop.shopper().request('DELETE', '/api/auth/sessions')).status).toBe(401)
  })

  test.each([['unused for 14 days', sql`last_seen_at = now() - interval '14 days 1 second'`], ['30 days old, however busy', sql`expires_at = now() - interval '1 second'`]])('one that is %s is dead, and swept', async (_, aged) => {
    const { email, shopper, id } = await someone()
    expect(await whoIs(shopper)).toBe(email)
    await shop.database.fresh(db => db.execute(sql`update sessions set ${aged} where user_id = ${id}`))
    expect(await whoIs(shopper)).toBeNull()
    expect((await shopper.get('/api/auth/sessions')).status).toBe(401)
    await sweepAccounts(shop)
    expect(await shop.database.fresh(db => db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, id)))).toEqual([])
  })

  test('one that is nearly as old lives, and its use keeps it alive', async () => {
    const { email, shopper, id } = await someone()
    const [made] = await shop.database.fresh(db => db.select({ lastsS: sql<number>`extract(epoch from expires_at - created_at)::int` }).from(sessions).where(eq(sessions.userId, id)))
    expect(made!.lastsS).toBe(30 * 86_400)
    await shop.database.fresh(db => db.execute(sql`update sessions set last_seen_at = now() - interval '13 days' where user_id = ${id}`))
    expect(await whoIs(shopper)).toBe(email)
    await sweepAccounts(shop)
    const [row] = await shop.database.fresh(db => db.select({ idleS: sql<number>`extract(epoch from now() - last_seen_at)::int` }).from(sessions).where(eq(sessions.userId, id)))
    expect(row!.idleS).toBeLessThan(60)
  })

  test('a token that was planted before log-in is worth nothing after it, nor is a planted device', async () => {
    const { email } = await someone()
    const planted = `shopper=${'t'.repeat(43)}..${'d'.repeat(43)}`
    const victim = shop.shopper()
    victim.cookie = planted
    expect((await victim.request('POST', '/api/auth/login', { email, password })).status).toBe(200)
    expect(victim.cookie).not.toMatch(/t{43}|d{43}/)
    const attacker = shop.shopper()
    attacker.cookie = planted
    expect(await whoIs(attacker)).toBeNull()
  })

  test('after logging out the cookie opens nothing', async () => {
    const { shopper } = await someone()
    const before = shopper.cookie
    await shopper.request('POST', '/api/auth/logout')
    expect(shopper.cookie).toMatch(/^shopper=\.\.[\w-]{43}$/)
    expect(await whoIs(shopper)).toBeNull()
    const thief = shop.shopper()
    thief.cookie = before
    expect(await whoIs(thief)).toBeNull()
  })

  test('without JavaScript a form ends one, or all others', async () => {
    const { email, shopper } = await someone()
    const [phone, tablet, laptop] = await Promise.all([onAnotherDevice(email), onAnotherDevice(email), onAnotherDevice(email)])
    const { body } = await phone.shopper.get<SessionList>('/api/auth/sessions')
    const form = (fields: Record<string, string>) => fetch(`${shop.url}/auth/sessions`, { method: 'POST', redirect: 'manual', headers: { cookie: shopper.cookie }, body: new URLSearchParams(fields) })
    expect((await form({ id: body.items.find(session => session.current)!.id })).headers.get('location')).toBe('/account?done=sessions')
    expect(await Promise.all([phone, tablet].map(one => whoIs(one.shopper)))).toEqual([null, email])
    await form({})
    expect(await Promise.all([shopper, tablet.shopper, laptop.shopper].map(whoIs))).toEqual([email, null, null])
    expect((await form({ id: 'x' })).headers.get('location')).toBe('/account?problem=platform%2Finvalid-input')
  })
})

describe('the audit log', () => {
  test('has what happened to an account, in order, by whom and from which network, and no secret', async () => {
    const { email, shopper, id } = await someone()
    await shopper.request('POST', '/api/auth/logout')
    await onAnotherDevice(email, 'a wrong guess')
    const { shopper: phone } = await onAnotherDevice(email)
    await shopper.request('POST', '/api/auth/login', { email, password }, { 'x-request-id': 'a-request-of-mine' })
    const { body } = await shopper.get<SessionList>('/api/auth/sessions')
    await shopper.request('DELETE', `/api/auth/sessions/${body.items.find(session => !session.current)!.id}`)
    await shopper.request('DELETE', '/api/auth/sessions')
    await change(shopper, password, another)
    expect(await whoIs(phone)).toBeNull()
    const entries = await entriesOf(id)
    expect(entries.map(entry => entry.kind)).toEqual(['auth.registered', 'auth.logged-out', 'auth.login-failed', 'auth.logged-in', 'auth.logged-in', 'auth.session-ended', 'auth.sessions-ended', 'auth.password-changed'])
    expect(entries.map(entry => entry.actorId)).toEqual([id, id, null, id, id, id, id, id])
    expect(new Set(entries.map(entry => entry.address))).toEqual(new Set(['127.0.0.0/24']))
    expect(entries[4]).toMatchObject({ requestId: 'a-request-of-mine', detail: { device: 'known' } })
    expect(entries[3]).toMatchObject({ detail: { device: 'new' } })
    expect(JSON.stringify(entries)).not.toMatch(/@|argon2|wrong guess|correct horse/)
  })

  test('has failures for an address that nobody has, by a pseudonym', async () => {
    const nobody = `nobody-${crypto.randomUUID()}@example.com`
    await onAnotherDevice(nobody)
    const [last] = await shop.database.fresh(db => db.select().from(auditLog).where(eq(auditLog.kind, 'auth.login-failed')).orderBy(sql`id desc`).limit(1))
    expect(last).toMatchObject({ userId: null, actorId: null, detail: { account: expect.stringMatching(/^[0-9a-f]{16}$/) as string } })
  })

  test('has a change of role, which ends the sessions that were opened under the old one', async () => {
    const admin = await someone()
    const { email, shopper, id } = await someone()
    expect(await changeRole(shop.database, { email, role: 'admin', actorId: admin.id })).toBe(true)
    expect(await changeRole(shop.database, { email, role: 'admin', actorId: admin.id })).toBe(false)
    expect(await whoIs(shopper)).toBeNull()
    expect((await entriesOf(id)).at(-1)).toMatchObject({ kind: 'auth.role-changed', actorId: admin.id, detail: { from: 'shopper', to: 'admin' } })
    expect((await onAnotherDevice(email)).answer.body.user?.role).toBe('admin')
  })

  test('when the change does not come about, then neither does its entry', async () => {
    const { id } = await someone()
    await shop.database.write(async (tx) => {
      await tx.update(users).set({ name: 'Eve' }).where(eq(users.id, id))
      await audit(tx, { kind: 'auth.renamed', userId: id })
      throw new Error('no')
    }).catch(() => {})
    expect((await entriesOf(id)).map(entry => entry.kind)).toEqual(['auth.registered'])
  })

  test('forgets after 400 days', async () => {
    const { id } = await someone()
    await shop.database.fresh(db => db.update(auditLog).set({ at: sql`now() - interval '401 days'` }).where(eq(auditLog.userId, id)))
    await sweepAccounts(shop)
    expect(await entriesOf(id)).toEqual([])
  })
})
