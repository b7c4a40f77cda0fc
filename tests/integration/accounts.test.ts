import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { sessions } from '../../server/auth/db/tables.ts'
import type { SessionAnswer, SessionList } from '../../shared/schemas/auth.ts'
import type { Cart } from '../../shared/schemas/cart.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import type { Maybe } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const password = 'correct horse battery'
const someone = () => ({ email: `ada-${crypto.randomUUID()}@example.com`, password, name: 'Ada' })
const tokenHashOf = (cookie: string) => createHash('sha256').update(cookie.split('=')[1]!.split('.')[0]!).digest()

describe('accounts', () => {
  test('who registers is signed in, and can log in again after logging out', async () => {
    const account = someone()
    const shopper = shop.shopper()
    const registered = await shopper.request<SessionAnswer>('POST', '/api/auth/register', account)
    expect(registered.status).toBe(201)
    expect(registered.body.user).toMatchObject({ email: account.email, name: 'Ada', role: 'shopper' })
    expect((await shopper.get<SessionAnswer>('/api/auth/session')).body.user?.email).toBe(account.email)
    expect((await shopper.request('POST', '/api/auth/logout')).status).toBe(204)
    expect((await shopper.get<SessionAnswer>('/api/auth/session')).body.user).toBeNull()
    expect((await shopper.request('POST', '/api/auth/login', { email: account.email.toUpperCase(), password })).status).toBe(200)
  })

  test('a wrong password and an unknown address get the same answer', async () => {
    const account = someone()
    await shop.shopper().request('POST', '/api/auth/register', account)
    const wrong = await shop.shopper().request<Maybe<object>>('POST', '/api/auth/login', { email: account.email, password: 'something else' })
    const unknown = await shop.shopper().request<Maybe<object>>('POST', '/api/auth/login', { email: 'nobody@example.com', password: 'something else' })
    expect(wrong.status).toBe(401)
    expect({ ...wrong.body, traceId: '' }).toEqual({ ...unknown.body, traceId: '' })
  })

  test('a role sent by the client is refused, not believed', async () => {
    const { status, body } = await shop.shopper().request<Maybe<object>>('POST', '/api/auth/register', { ...someone(), role: 'admin' })
    expect(status).toBe(422)
    expect(body.errors?.[0]?.message).toMatch(/role/)
  })

  test('logging in makes a new token and ends the one from before', async () => {
    const [variantId] = await addProduct(shop.database, product(`fixation-${crypto.randomUUID()}`))
    const account = someone()
    await shop.shopper().request('POST', '/api/auth/register', account)
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const planted = shopper.cookie
    await shopper.request('POST', '/api/auth/login', { email: account.email, password })
    expect(shopper.cookie.split('.')[0]).not.toBe(planted.split('.')[0])
    const rows = await shop.database.fresh(db => db.select().from(sessions).where(eq(sessions.tokenHash, tokenHashOf(planted))))
    expect(rows).toHaveLength(0)
  })

  test('a session that is revoked on another device is dead at once', async () => {
    const account = someone()
    const phone = shop.shopper()
    const laptop = shop.shopper()
    await phone.request('POST', '/api/auth/register', account)
    await laptop.request('POST', '/api/auth/login', { email: account.email, password })
    const { body } = await laptop.get<SessionList>('/api/auth/sessions')
    expect(body.items).toHaveLength(2)
    const other = body.items.find(session => !session.current)!
    expect((await laptop.request('DELETE', `/api/auth/sessions/${other.id}`)).status).toBe(204)
    expect((await phone.get<SessionAnswer>('/api/auth/session')).body.user).toBeNull()
    expect((await laptop.get<SessionAnswer>('/api/auth/session')).body.user?.email).toBe(account.email)
  })

  test('somebody else\'s session cannot be revoked', async () => {
    const victim = shop.shopper()
    await victim.request('POST', '/api/auth/register', someone())
    const { body } = await victim.get<SessionList>('/api/auth/sessions')
    const stranger = shop.shopper()
    await stranger.request('POST', '/api/auth/register', someone())
    expect((await stranger.request('DELETE', `/api/auth/sessions/${body.items[0]!.id}`)).status).toBe(404)
    expect((await victim.get<SessionAnswer>('/api/auth/session')).body.user).not.toBeNull()
  })

  test('a guest\'s cart joins the account\'s at log-in, once, also when two devices log in at the same time', async () => {
    const [variantId] = await addProduct(shop.database, product(`merge-${crypto.randomUUID()}`))
    const account = someone()
    const first = shop.shopper()
    await first.request('POST', '/api/auth/register', account)
    await first.add(variantId!, 2)
    const guest = shop.shopper()
    await guest.add(variantId!, 3)
    const twin = shop.shopper()
    twin.cookie = guest.cookie
    await Promise.all([guest, twin].map(one => one.request('POST', '/api/auth/login', { email: account.email, password })))
    expect((await guest.get<Cart>('/api/cart')).body.lines.map(line => line.quantity)).toEqual([5])
    await guest.request('POST', '/api/auth/login', { email: account.email, password })
    expect((await guest.get<Cart>('/api/cart')).body.itemCount).toBe(5)
  })

  test('a form of another site is refused', async () => {
    const forged = await shop.shopper().request('POST', '/api/auth/login', someone(), { 'origin': 'https://evil.example', 'sec-fetch-site': 'cross-site' })
    expect(forged.status).toBe(403)
    const old = await shop.shopper().request('POST', '/api/auth/logout', undefined, { origin: 'https://evil.example' })
    expect(old.status).toBe(403)
  })

  test('a forged or mangled cookie is a visitor, not an error', async () => {
    for (const value of ['shopper=x', 'shopper=..', `shopper=${'a'.repeat(43)}.FFFFFFFF-FFFFFFFF`, 'shopper=%00', `shopper=${'\''.repeat(40)}`]) {
      const shopper = shop.shopper()
      const { status, body } = await shopper.get<SessionAnswer>('/api/auth/session', { cookie: value })
      expect([status, body.user]).toEqual([200, null])
    }
  })
})
