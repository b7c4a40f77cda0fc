import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { mails } from '../../server/notifications/db/tables.ts'
import { notifications } from '../../server/notifications/index.ts'
import type { AccountExport, AddressList, SavedAddress } from '../../shared/schemas/account.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import type { Problem } from '../../shared/schemas/problem.ts'
import type { OrderReturn } from '../../shared/schemas/returns.ts'
import { furnish, logInAs } from '../harness/furnished.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { anAddress, type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const password = 'a long password'
const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 12)}`
const addressAt = (line1: string) => ({ ...anAddress, line1 })
const list = async (one: TestShopper) => (await one.get<AddressList>('/api/account/addresses')).body.items
const keep = (one: TestShopper, body: object) => one.request<Maybe<SavedAddress>>('POST', '/api/account/addresses', body)
const leave = (one: TestShopper, given = password) => one.request<Problem>('POST', '/api/account/deletion', { password: given })

async function account(name = 'Ada') {
  const one = shop.shopper()
  const email = `${unique('own')}@example.com`
  const { body } = await one.request<{ user: { id: string } }>('POST', '/api/auth/register', { email, password, name })
  return { one, email, userId: body.user.id }
}

describe('addresses', () => {
  test('the first is the default, another can become it, and when it goes the newest does', async () => {
    const { one } = await account()
    expect(await list(one)).toEqual([])
    const first = await keep(one, addressAt('1 First Street'))
    expect([first.status, first.body.isDefault]).toEqual([201, true])
    const second = await keep(one, { ...addressAt('2 Second Street'), isDefault: false })
    const third = await keep(one, { ...addressAt('3 Third Street'), isDefault: true })
    expect((await list(one)).map(item => [item.line1, item.isDefault])).toEqual([['3 Third Street', true], ['2 Second Street', false], ['1 First Street', false]])
    const moved = await one.request<SavedAddress>('PATCH', `/api/account/addresses/${first.body.id}`, { city: 'Leeds', isDefault: true })
    expect(moved.body).toMatchObject({ city: 'Leeds', line1: '1 First Street', isDefault: true })
    expect((await one.request('DELETE', `/api/account/addresses/${first.body.id}`)).status).toBe(204)
    expect((await list(one)).map(item => [item.id, item.isDefault])).toEqual([[third.body.id, true], [second.body.id, false]])
    expect((await one.request('PATCH', `/api/account/addresses/${second.body.id}`, { isDefault: false })).status).toBe(422)
    expect((await keep(one, { ...addressAt('4'), country: 'XX' })).status).toBe(422)
  })

  test('two at the same time are one default, and not more than twenty are kept', async () => {
    const { one } = await account()
    await Promise.all(Array.from({ length: 4 }, (_, index) => keep(one, { ...addressAt(`${index} Race Street`), isDefault: true })))
    expect((await list(one)).filter(item => item.isDefault)).toHaveLength(1)
    for (let index = 4; index < 19; index++) await keep(one, addressAt(`${index} Long Street`))
    const last = await Promise.all([keep(one, addressAt('19 Last Street')), keep(one, addressAt('20 Last Street'))])
    expect(last.map(answer => answer.status).toSorted()).toEqual([201, 409])
    expect(last.find(answer => answer.status === 409)!.body.code).toBe('account/addresses-full')
  })

  test('somebody else\'s are not there, and a guest has none', async () => {
    const { one } = await account()
    const { body } = await keep(one, addressAt('1 Own Street'))
    const { one: other } = await account()
    for (const [method, change] of [['PATCH', { city: 'Leeds' }], ['DELETE', undefined]] as const) {
      expect((await other.request(method, `/api/account/addresses/${body.id}`, change)).status).toBe(404)
      expect((await shop.shopper().request(method, `/api/account/addresses/${body.id}`, change)).status).toBe(401)
    }
    expect(await list(other)).toEqual([])
    expect(await list(one)).toMatchObject([{ city: anAddress.city }])
  })
})

test('a name can be changed, in one line and not to nothing', async () => {
  const { one } = await account()
  expect((await one.request('PATCH', '/api/account', { name: '  Ada\nLovelace ' })).body).toMatchObject({ user: { name: 'Ada Lovelace' } })
  expect((await one.get('/api/auth/session')).body).toMatchObject({ user: { name: 'Ada Lovelace' } })
  expect((await one.request('PATCH', '/api/account', { name: ' ' })).status).toBe(422)
})

/** Every table in which one of these stands, in whatever column, with the rows. */
async function tablesWith(...texts: string[]): Promise<Record<string, number>> {
  const { rows: tables } = await shop.database.fresh(db => db.execute<{ name: string }>(sql`select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`))
  expect(tables.length).toBeGreaterThan(20)
  const found: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows: [row] } = await shop.database.fresh(db => db.execute<{ count: number }>(sql`select count(*)::int as count from ${sql.raw(name)} t where ${sql.join(texts.map(text => sql`t::text ilike ${`%${text}%`}`), sql` or `)}`))
    if (row!.count > 0) found[name] = row!.count
  }
  return found
}

describe('an account that is deleted', () => {
  test('is in no table any more, but for the audit log under a number that leads nowhere; its orders stay without it', async () => {
    const who = unique('Countess')
    const street = `${unique('Lane')} 7`
    const { one, email, userId } = await account(who)
    await keep(one, { ...addressAt(street), name: who })
    await one.request('POST', '/api/auth/reset', { email })
    await shop.shopper().request('POST', '/api/auth/login', { email, password: 'a wrong password' })
    await logInAs(shop, shop.shopper(), userId)
    const [variantId] = await addProduct(shop.database, product(unique('kept'), { priceMinor: 2_000, stock: 9 }))
    await one.add(variantId!, 2)
    const { body: checkout } = await one.checkout()
    const { body: order } = await one.request<Order>('POST', '/api/orders', { checkoutId: checkout.id, email, address: { ...addressAt(street), name: who }, shippingMethod: 'express', paymentMethod: 'pm_card_visa' }, { 'idempotency-key': `"${crypto.randomUUID()}"` })
    await shop.untilStatus(one, order.id, 'delivered')
    await one.add(variantId!)
    await one.checkout()
    const { body: sentBack } = await one.request<OrderReturn>('POST', `/api/orders/${order.id}/returns`, { lines: [{ variantId, quantity: 1 }], reason: `${who} does not like it` })

    const held = await leave(one)
    expect([held.status, held.body.code]).toEqual([409, 'orders/underway'])
    expect(held.body.detail).toContain(order.number)
    expect((await one.get<AddressList>('/api/account/addresses')).body.items).toHaveLength(1)
    const admin = await shop.admin()
    await admin.request('POST', `/api/admin/returns/${sentBack.id}/reject`, { reason: `${who} sent an empty box` })
    await until(() => shop.database.fresh(db => db.execute(sql`select 1 from mails where about = ${order.id} and news = 'order.return-rejected' and sent_at is not null`)), ({ rows }) => rows.length === 1)

    const before = await tablesWith(email, userId, who, street)
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['addresses', 'audit_log', 'cart_items', 'checkouts', 'idempotency_keys', 'known_devices', 'mails', 'order_events', 'orders', 'outbox', 'password_resets', 'returns', 'sessions', 'users']))
    await until(() => shop.database.fresh(db => db.execute(sql`select 1 from mails where about = ${userId} and body like '%/reset?token=%'`)), ({ rows }) => rows.length === 1)
    const { body: data, headers } = await one.get<AccountExport>('/api/account/data')
    expect(headers.get('content-disposition')).toContain('attachment')
    expect(Object.keys(data)).toEqual(['madeAt', 'cart', 'addresses', 'promotions', 'reviews', 'wishlist', 'mails', 'parcels', 'orders', 'account'])
    expect(JSON.stringify(data)).toContain(order.number)
    expect(JSON.stringify(data)).not.toMatch(/passwordHash|tokenHash|argon2|"token"|reset\?token=/)

    const refused = await leave(one, 'a wrong password')
    expect([refused.status, refused.body.code, refused.body.errors?.[0]?.path]).toEqual([403, 'auth/wrong-password', 'password'])
    const cookie = one.cookie
    const clicks = await Promise.all([1, 2, 3].map(() => {
      const tab = shop.shopper()
      tab.cookie = cookie
      return leave(tab)
    }))
    expect(clicks.map(answer => answer.status)).toContain(204)
    expect(clicks.filter(answer => ![204, 401].includes(answer.status)).map(answer => answer.body)).toEqual([])

    expect(await tablesWith(email, who, street)).toEqual({})
    expect(Object.keys(await tablesWith(userId))).toEqual(['audit_log'])
    expect((await shop.database.fresh(db => db.execute(sql`select tracking_number from shipments where order_id = ${order.id}`))).rows).toEqual([{ tracking_number: null }])
    const { rows: entries } = await shop.database.fresh(db => db.execute(sql`select kind, address, request_id, detail from audit_log where user_id = ${userId}`))
    expect(entries.filter(entry => entry.kind === 'account.deleted')).toHaveLength(1)
    expect(entries.filter(entry => entry.address !== null || entry.request_id !== null)).toEqual([])
    const { rows: [kept] } = await shop.database.fresh(db => db.execute(sql`select number, total_minor, address, email from orders where id = ${order.id}`))
    expect(kept).toMatchObject({ number: order.number, total_minor: order.totalMinor, address: { country: 'GB', name: 'Erased' }, email: 'erased@account.invalid' })

    one.cookie = cookie
    expect((await one.get('/api/auth/session')).body).toEqual({ user: null })
    expect((await one.request('POST', '/api/auth/login', { email, password })).status).toBe(401)
    for (const path of [`/api/orders/${order.id}`, `/api/orders/${order.id}/invoice`]) expect((await shop.shopper().get(`${path}?token=${order.token}`)).status).toBe(404)
    // The address is free again, for somebody who starts with nothing.
    expect((await shop.shopper().request('POST', '/api/auth/register', { email, password, name: 'Ada' })).status).toBe(201)
  }, 120_000)

  test('is not written to about what was on its way', async () => {
    const { one, email } = await account()
    const [variantId] = await addProduct(shop.database, product(unique('late')))
    const { body: order } = await one.buy(variantId!, { email })
    await shop.untilStatus(one, order.id, 'delivered')
    const { rows: [news] } = await shop.database.fresh(db => db.execute<{ payload: Record<string, unknown> }>(sql`select payload from outbox where subject = ${order.id} and type = 'order.shipped'`))
    expect(news!.payload.email).toBe(email)
    expect((await leave(one)).status).toBe(204)
    const sent: string[] = []
    const subscriber = notifications({ database: shop.database, publicUrl: shop.url, mailer: async mail => void sent.push(mail.recipient) })
    const late = { id: crypto.randomUUID(), type: 'order.shipped', subject: order.id, payload: news!.payload }
    await shop.database.write(tx => subscriber.apply(tx, late))
    await subscriber.after!(late)
    const noted = await shop.database.fresh(db => db.delete(mails).where(sql`event_id = ${late.id}`).returning())
    expect(noted).toMatchObject([{ recipient: 'erased@account.invalid' }])
    expect(sent).toEqual([])
  })

  test('is refused while an order is under way, and to those who run the shop; nobody else\'s things change', async () => {
    const neighbour = await furnish(shop)
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    try {
      const { one, email } = await account()
      const [variantId] = await addProduct(shop.database, product(unique('waiting')))
      const { body: order } = await one.buy(variantId!, { email })
      expect((await leave(one)).body.code).toBe('orders/underway')
      await shop.untilStatus(one, order.id, 'fulfilling')
      expect((await one.request('POST', `/api/orders/${order.id}/cancel`)).status).toBe(200)
      await shop.untilStatus(one, order.id, 'refunded')
      expect((await leave(one)).status).toBe(204)
      expect((await leave(await shop.admin())).body.code).toBe('account/admin')
      expect((await leave(shop.shopper())).status).toBe(401)
      expect((await neighbour.shopper.get<Order>(`/api/orders/${neighbour.deliveredId}`)).body.email).toContain('@example.com')
    }
    finally {
      await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
    }
  })
})
