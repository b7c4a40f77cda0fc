import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { loginFailures, passwordResets, sessions, users } from '../../server/auth/db/tables.ts'
import { requestReset } from '../../server/auth/reset-password.ts'
import { login, register } from '../../server/auth/sign-in.ts'
import { replacePassword } from '../../server/auth/db/account-queries.ts'
import { deleteSessions } from '../../server/auth/db/queries.ts'
import { hashPassword } from '../../server/auth/passwords.ts'
import { charge, tallyOf } from '../../server/auth/throttle.ts'
import { atRacePoint } from '../../server/platform/race-points.ts'
import type { SessionAnswer } from '../../shared/schemas/auth.ts'
import { fakeEvent } from '../harness/fake-event.ts'
import { runningShop } from '../harness/running-shop.ts'
import type { Maybe, TestShopper } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const password = 'correct horse battery'
const address = () => `ada-${crypto.randomUUID()}@example.com`
async function someone() {
  const email = address()
  const shopper = shop.shopper()
  await shopper.request('POST', '/api/auth/register', { email, password, name: 'Ada' })
  return { email, shopper }
}
const logIn = (email: string, chosen: string, shopper: TestShopper = shop.shopper()) => shopper.request<Maybe<SessionAnswer>>('POST', '/api/auth/login', { email, password: chosen })
const tallies = (email: string) => eq(loginFailures.accountHash, createHash('sha256').update(email).digest())
/** What waiting would do, without the wait. */
const waited = (email: string) => shop.database.fresh(db => db.update(loginFailures).set({ blockedUntil: sql`clock_timestamp()` }).where(tallies(email)))

async function hammer(email: string): Promise<number> {
  for (let index = 0; ; index++) {
    const { status } = await logIn(email, 'a wrong guess')
    if (status === 429) return index
    expect(status).toBe(401)
    // The first block is of one second, which is short on a machine that stalls.
    await shop.database.fresh(db => db.update(loginFailures).set({ blockedUntil: sql`blocked_until + interval '1 minute'` }).where(and(tallies(email), sql`blocked_until > last_tried_at + interval '0.5 seconds'`)))
  }
}

describe('guessing at one account', () => {
  test('from wherever it comes, it is slowed after five failures, and more with each', async () => {
    const { email } = await someone()
    expect(await hammer(email)).toBe(6)
    const waits: number[] = []
    for (let index = 0; index < 12; index++) {
      await waited(email)
      await logIn(email, 'a wrong guess')
      const refused = await logIn(email, 'a wrong guess')
      expect([refused.status, refused.body.code]).toEqual([429, 'auth/too-many-tries'])
      waits.push(Number(refused.headers.get('retry-after')))
    }
    expect(waits[0]).toBeLessThanOrEqual(2)
    expect(waits.every((wait, index) => index === 0 || wait >= waits[index - 1]!)).toBe(true)
    expect(waits.at(-1)).toBeGreaterThan(890)
    expect(waits.at(-1)).toBeLessThanOrEqual(900)
  })

  test('the owner enters on a device that they used before, though somebody hammers', async () => {
    const { email, shopper } = await someone()
    await shopper.request('POST', '/api/auth/logout')
    await hammer(email)
    expect((await logIn(email, password)).status).toBe(429)
    const owner = await logIn(email, password, shopper)
    expect([owner.status, owner.body.user?.email]).toEqual([200, email])
    expect((await logIn(email, password)).status).toBe(429)
  })

  test('the owner elsewhere can wait, or set a new password', async () => {
    const { email } = await someone()
    await hammer(email)
    expect((await shop.shopper().request('POST', '/api/auth/reset', { email })).status).toBe(202)
    await waited(email)
    expect((await logIn(email, password)).status).toBe(200)
  })

  test('a device that is known to one account is a stranger to another', async () => {
    const thief = await someone()
    const { email } = await someone()
    await hammer(email)
    expect((await logIn(email, password, thief.shopper)).status).toBe(429)
    thief.shopper.cookie = `shopper=..${'a'.repeat(43)}`
    expect((await logIn(email, password, thief.shopper)).status).toBe(429)
  })

  test('a known device has its own tally, which ends as well', async () => {
    const { email, shopper } = await someone()
    await shopper.request('POST', '/api/auth/logout')
    for (let index = 0; index < 11; index++) expect((await logIn(email, 'a wrong guess', shopper)).status).toBe(401)
    expect((await logIn(email, 'a wrong guess', shopper)).status).toBe(429)
    expect((await logIn(email, password)).status).toBe(200)
  })

  test('an address that nobody has is slowed alike', async () => {
    expect(await hammer(address())).toBe(6)
  })

  test('tries at the same time cannot share a charge', async () => {
    const email = address()
    const answers = await Promise.allSettled(Array.from({ length: 40 }, () => shop.database.fresh(db => charge(db, tallyOf(email, null)))))
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(6)
  })

  test('a day later it is forgotten', async () => {
    const email = address()
    await hammer(email)
    await shop.database.fresh(db => db.update(loginFailures).set({ blockedUntil: sql`clock_timestamp()`, lastTriedAt: sql`clock_timestamp() - interval '25 hours'` }).where(tallies(email)))
    expect(await hammer(email)).toBe(6)
  })

  test('guessing the password of an open session is slowed too', async () => {
    const { shopper } = await someone()
    const guess = () => shopper.request<Maybe<object>>('POST', '/api/auth/password', { current: 'a wrong guess', password: 'four unrelated words more' })
    for (let index = 0; index < 11; index++) expect((await guess()).status).toBe(403)
    expect((await guess()).status).toBe(429)
  })
})

describe('whether there is an account', () => {
  /** The statements, without their values. */
  async function statements(work: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = []
    const query = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
      const [first] = given as [string | { text: string }]
      const text = typeof first === 'string' ? first : first.text
      // What watches the two databases asks in its own time.
      if (!text.includes('pg_last_wal') && !text.includes('pg_is_in_recovery')) seen.push(text)
      return Reflect.apply(original, this, given) as never
    })
    try {
      await work()
    }
    finally {
      query.mockRestore()
    }
    return seen
  }
  const original = pg.Client.prototype.query as (...given: unknown[]) => unknown

  test('a log-in does the same work', async () => {
    const email = address()
    await register(fakeEvent(shop.database), { email, password, name: 'Ada' })
    const attempt = (whose: string) => statements(() => login(fakeEvent(shop.database), { email: whose, password: 'a wrong guess' }).catch(() => {}))
    const known = await attempt(email)
    expect(known.length).toBeGreaterThanOrEqual(3)
    expect(await attempt(address())).toEqual(known)
  })

  test('a request for a new password does the same work', async () => {
    const email = address()
    await register(fakeEvent(shop.database), { email, password, name: 'Ada' })
    const known = await statements(() => requestReset(fakeEvent(shop.database), { email }))
    expect(known.some(text => text.includes('password_resets'))).toBe(true)
    expect(await statements(() => requestReset(fakeEvent(shop.database), { email: address() }))).toEqual(known)
    expect(await shop.database.fresh(db => db.select({ id: passwordResets.id }).from(passwordResets).innerJoin(users, eq(users.id, passwordResets.userId)).where(eq(users.email, email)))).toHaveLength(1)
  })
})

describe('a log-in', () => {
  test('when the password is changed while it is looked at, then no session opens', async () => {
    const email = address()
    const { id } = await register(fakeEvent(shop.database), { email, password, name: 'Ada' })
    const stop = atRacePoint('password-verified', async () => {
      const after = await hashPassword('four unrelated words more')
      await shop.database.write(async (tx) => {
        await replacePassword(tx, id, { after })
        await deleteSessions(tx, id)
      })
    })
    try {
      await expect(login(fakeEvent(shop.database), { email, password })).rejects.toMatchObject({ code: 'auth/wrong-credentials' })
    }
    finally {
      stop()
    }
    expect(await shop.database.fresh(db => db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, id)))).toEqual([])
  })

  test('renews a hash that was made at an older cost', async () => {
    const email = address()
    const { id } = await register(fakeEvent(shop.database), { email, password, name: 'Ada' })
    const { argon2Sync } = await import('node:crypto')
    const nonce = Buffer.from('sixteen bytes ok')
    const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')
    const tag = argon2Sync('argon2id', { message: password, nonce, memory: 1_024, passes: 1, parallelism: 1, tagLength: 32 })
    await shop.database.fresh(db => replacePassword(db, id, { after: `$argon2id$v=19$m=1024,t=1,p=1$${unpadded(nonce)}$${unpadded(tag)}` }))
    expect((await logIn(email, password)).status).toBe(200)
    const [row] = await shop.database.fresh(db => db.select({ hash: users.passwordHash }).from(users).where(eq(users.id, id)))
    expect(row!.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect((await logIn(email, password)).status).toBe(200)
  })

  test('on https the cookie is a __Host- one: secure, unread by scripts, of one host', async () => {
    const event = fakeEvent(shop.database, { publicUrl: 'https://shop.example' })
    await register(event, { email: address(), password, name: 'Ada' })
    const [cookie] = [event.node.res.getHeader('set-cookie')].flat() as [string]
    expect(cookie).toMatch(/^__Host-shopper=[\w-]{43}\.[\dA-F]+-[\dA-F]+\.[\w-]{43};/)
    for (const part of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) expect(cookie).toContain(part)
    expect(cookie).not.toContain('Domain')
  })
})
