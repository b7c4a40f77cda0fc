import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stock } from '../../server/products/db/tables.ts'
import type { DeskOrder, DeskOrderList, Figures, OrderNote, RefundQuote, Waiting } from '../../shared/schemas/desk.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import type { Problem } from '../../shared/schemas/problem.ts'
import type { Refund } from '../../shared/schemas/returns.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
let admin: TestShopper
beforeAll(async () => {
  admin = await shop.admin()
})
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const path = (id: string, action = '') => `/api/admin/orders/${id}${action}`
const look = async (id: string) => (await admin.get<DeskOrder>(path(id))).body
const quote = (id: string, lines: object[]) => admin.request<Maybe<RefundQuote>>('POST', path(id, '/refunds/quote'), { lines })
const refund = (id: string, body: object, key = crypto.randomUUID()) => admin.request<Maybe<Refund>>('POST', path(id, '/refunds'), { reason: 'a chipped rim', ...body }, { 'idempotency-key': `"${key}"` })
const find = async (query: Record<string, string>) => (await admin.get<DeskOrderList>(`/api/admin/orders?${new URLSearchParams(query)}`)).body
const stockOf = async (variantId: string) => (await shop.database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId))))[0]!

/** Two mugs at £20 and a print at £30, sent by express. */
async function bought(name: string, email = 'ada@example.com') {
  const [mug] = await addProduct(shop.database, product(unique(`${name}-mug`), { priceMinor: 2_000, stock: 5 }))
  const [print] = await addProduct(shop.database, product(unique(`${name}-print`), { priceMinor: 3_000, stock: 5 }))
  const one = shop.shopper()
  await one.add(mug!, 2)
  await one.add(print!, 1)
  const { body: checkout } = await one.checkout()
  const { body: order } = await one.pay(checkout.id, { shippingMethod: 'express', email })
  return { one, order, mug: mug!, print: print! }
}

async function delivered(name: string) {
  const all = await bought(name)
  await shop.untilStatus(all.one, all.order.id, 'delivered')
  return all
}

describe('the desk', () => {
  test.each([
    ['GET', '/figures'], ['GET', '/waiting'], ['GET', '/orders'], ['GET', '/orders/x'], ['POST', '/orders/x/notes'], ['POST', '/orders/x/fulfil'], ['POST', '/orders/x/cancel'], ['POST', '/orders/x/refunds/quote'],
  ])('%s %s is 401 to a guest and 403 to a shopper, even to the owner of the order', async (method, url) => {
    const { one, order } = url.includes('x') ? await bought('nosy') : { one: shop.shopper(), order: { id: '' } }
    const target = `/api/admin${url.replace('x', order.id)}`
    const body = url.endsWith('notes') ? { body: 'x' } : url.endsWith('quote') ? { lines: [] } : undefined
    expect(await one.request<Problem>(method, target, body)).toMatchObject({ status: 401, body: { code: 'auth/login-needed' } })
    await one.request('POST', '/api/auth/register', { email: `${unique('nosy')}@example.com`, password: 'a long password', name: 'Nosy' })
    expect(await one.request<Problem>(method, target, body)).toMatchObject({ status: 403, body: { code: 'auth/admins-only' } })
  })

  test('is kept by nobody, and an order that is not there is 404', async () => {
    for (const url of ['/figures', '/waiting', '/orders']) expect((await admin.get(`/api/admin${url}`)).headers.get('cache-control')).toBe('private, no-store')
    for (const id of ['x', crypto.randomUUID()]) {
      expect((await admin.get(path(id))).status).toBe(404)
      for (const [action, body] of [['/notes', { body: 'x' }], ['/fulfil', undefined], ['/cancel', undefined], ['/refunds/quote', { lines: [{ variantId: crypto.randomUUID(), quantity: 1 }] }]] as const) {
        expect((await admin.request('POST', path(id, action), body)).status, action).toBe(404)
      }
    }
  })

  test('counts what is sold today as it is sold', async () => {
    const before = (await admin.get<Figures>('/api/admin/figures')).body
    const { order } = await bought('counted')
    const after = await until(async () => (await admin.get<Figures>('/api/admin/figures')).body, ({ today }) => today.orders > before.today.orders)
    expect(after.today).toMatchObject({ orders: before.today.orders + 1, units: before.today.units + 3, revenueMinor: before.today.revenueMinor + order.totalMinor })
    expect(after.days).toHaveLength(30)
    expect(after.days.at(-1)).toMatchObject({ orders: after.today.orders, revenueMinor: after.today.revenueMinor })
    expect(Object.keys((await admin.get<Waiting>('/api/admin/waiting')).body).toSorted()).toEqual(Object.keys(after.waiting).toSorted())
  })
})

describe('an order', () => {
  test('is found by its number, a part of the address or of the name, its status and its day; and letters are letters', async () => {
    const local = unique('find_me')
    const { order } = await bought('find', `${local}@example.com`)
    const { order: other } = await bought('find', `${local.replace('_', 'x')}@example.com`)
    await shop.settled()
    const ids = async (query: Record<string, string>) => (await find(query)).items.map(item => item.id)
    expect(await ids({ q: order.number })).toEqual([order.id])
    expect(await ids({ q: order.number.slice(3) })).toEqual([order.id])
    expect(await ids({ q: local.toUpperCase() })).toEqual([order.id])
    expect(await ids({ q: local.slice(-10) })).toEqual([other.id, order.id])
    expect(await ids({ q: local.slice(5, 7) })).toEqual([])
    expect(await ids({ q: 'da byr', limit: '100' })).toEqual(expect.arrayContaining([order.id, other.id]))
    expect(await ids({ q: '%' })).toEqual([])
    const day = new Date().toLocaleDateString('en-CA', { timeZone: 'Europe/London' })
    expect(await ids({ q: local, from: day, to: day })).toEqual([order.id])
    expect(await ids({ q: local, from: '2000-01-01', to: '2020-02-29' })).toEqual([])
    expect(await ids({ q: local, status: 'payment-failed' })).toEqual([])
    const [item] = (await find({ q: local })).items
    expect(item).toMatchObject({ number: order.number, name: 'Ada Byron', email: `${local}@example.com`, itemCount: 3, totalMinor: order.totalMinor, refundedMinor: 0 })
  })

  test('is on one page of the list, whatever comes meanwhile', async () => {
    const email = `${unique('paged')}@example.com`
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.unshift((await bought('paged', email)).order.id)
    await shop.settled()
    const first = await find({ q: email, limit: '2' })
    await bought('paged', email)
    await shop.settled()
    const second = await find({ q: email, limit: '2', cursor: first.nextCursor! })
    expect([...first.items, ...second.items].map(item => item.id)).toEqual(ids)
    expect(second.nextCursor).toBeNull()
  })

  test.each(['status=lost', 'from=yesterday', 'from=2026-02-30', 'to=0001-01-01', 'limit=0', 'cursor=!', `q=${'x'.repeat(121)}`])('is not looked for by ?%s', async (query) => {
    expect((await admin.get(`/api/admin/orders?${query}`)).status).toBe(422)
  })

  test('shows its money, parcel, mails and who did what', async () => {
    const { order } = await delivered('shown')
    await refund(order.id, { amountMinor: 100 })
    const shown = await until(() => look(order.id), one => one.refundedMinor === 100 && one.mails.length >= 3)
    expect(shown).toMatchObject({
      payment: { state: 'captured', amountMinor: order.totalMinor, refundedMinor: 100, method: 'pm_card_visa' },
      parcel: { status: 'delivered', trackingNumber: expect.any(String) },
      refunds: [{ amountMinor: 100, status: 'done', reason: 'a chipped rim', lines: null, restocked: false }],
      refundable: { leftMinor: order.totalMinor - 100, restockable: true },
      fulfillable: false,
      actions: [{ kind: 'orders.refund-requested', by: 'Ada', amountMinor: 100 }],
    })
    expect(shown.mails.every(mail => mail.recipient === 'ada@example.com')).toBe(true)
    expect(JSON.stringify(shown)).not.toContain(order.token)
  })
})

describe('a refund that names its things', () => {
  test('is worth what was paid for them, goes back once, and fills the shelf once', async () => {
    const { one, order, mug, print } = await delivered('things')
    const lines = [{ variantId: mug, quantity: 1 }]
    expect((await quote(order.id, lines)).body).toEqual({ amountMinor: 2_000, leftMinor: order.totalMinor })
    const stale = await refund(order.id, { lines, amountMinor: 1_999 })
    expect([stale.status, stale.body.code]).toEqual([409, 'orders/refund-changed'])
    const key = crypto.randomUUID()
    const answers = await Promise.all([1, 2, 3].map(() => refund(order.id, { lines, amountMinor: 2_000, restock: true }, key)))
    expect(answers.map(answer => answer.status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1)
    expect((await refund(order.id, { lines, amountMinor: 2_000 }, key)).body.code).toBe('orders/idempotency-key-reused')
    await expect.poll(() => stockOf(mug)).toMatchObject({ onHand: 4, sold: 2, restocked: 1 })
    await until(() => look(order.id), shown => shown.refundedMinor === 2_000)
    expect((await look(order.id)).refundable.lines).toEqual([{ variantId: mug, quantity: 1 }, { variantId: print, quantity: 1 }])

    // What has been paid back cannot be sent back for money a second time.
    expect((await one.get<Order>(`/api/orders/${order.id}`)).body.returnable).toEqual([{ variantId: mug, quantity: 1 }, { variantId: print, quantity: 1 }])
    const twice = await one.request<Problem>('POST', `/api/orders/${order.id}/returns`, { lines: [{ variantId: mug, quantity: 2 }], reason: 'both' })
    expect([twice.status, twice.body.code]).toEqual([409, 'orders/return-too-much'])
    const more = await quote(order.id, [{ variantId: mug, quantity: 2 }])
    expect([more.status, more.body.code, more.body.errors?.[0]?.path]).toEqual([409, 'orders/refund-too-much', 'lines.0.quantity'])

    // The last of them brings the delivery back as well, and the order is refunded: never more than was paid.
    const rest = [{ variantId: mug, quantity: 1 }, { variantId: print, quantity: 1 }]
    const { body: worth } = await quote(order.id, rest)
    expect(worth).toEqual({ amountMinor: order.totalMinor - 2_000, leftMinor: order.totalMinor - 2_000 })
    const both = await Promise.all([refund(order.id, { lines: rest, amountMinor: worth.amountMinor }), refund(order.id, { lines: rest, amountMinor: worth.amountMinor })])
    expect(both.map(answer => answer.status).toSorted()).toEqual([201, 409])
    await shop.untilStatus(one, order.id, 'refunded')
    expect(await shop.ledger(order.id)).toMatchObject([{ capturedMinor: order.totalMinor, refundedMinor: order.totalMinor }])
    expect(await stockOf(print)).toMatchObject({ onHand: 4, restocked: 0 })
    expect((await shop.auditedWith('orderId', order.id)).map(entry => entry.kind)).toEqual(['orders.refund-requested', 'orders.refund-requested'])
  })

  test('leaves alone what is on its way back, and an amount takes its part of what things are worth', async () => {
    const { one, order, mug, print } = await delivered('underway')
    await one.request('POST', `/api/orders/${order.id}/returns`, { lines: [{ variantId: mug, quantity: 1 }], reason: 'another colour' })
    expect((await quote(order.id, [{ variantId: mug, quantity: 1 }])).body.code).toBe('orders/return-open')
    expect((await refund(order.id, { amountMinor: 2_000, lines: [{ variantId: mug, quantity: 1 }] })).body.code).toBe('orders/return-open')
    expect((await refund(order.id, { amountMinor: order.totalMinor - 500 })).status).toBe(201)
    expect((await quote(order.id, [{ variantId: print, quantity: 1 }])).body).toEqual({ amountMinor: 500, leftMinor: 500 })
  })

  test('puts nothing on the shelf while the parcel is here, or without saying what', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const { order, mug } = await bought('early')
    const lines = [{ variantId: mug, quantity: 1 }]
    expect((await refund(order.id, { lines, amountMinor: 2_000, restock: true })).body.code).toBe('orders/not-restockable')
    expect((await refund(order.id, { amountMinor: 2_000, restock: true })).body.code).toBe('orders/not-restockable')
    expect((await refund(order.id, { lines, amountMinor: 2_000 })).status).toBe(201)
    expect((await stockOf(mug)).restocked).toBe(0)
  })

  test.each<[string, object]>([
    ['no thing', { lines: [] }], ['half a thing', { lines: [{ variantId: crypto.randomUUID(), quantity: 0.5 }] }], ['none of a thing', { lines: [{ variantId: crypto.randomUUID(), quantity: 0 }] }],
    ['a thing twice', { lines: Array(2).fill({ variantId: '6f1f5a4e-3f0a-4f39-9a3e-0a3d7b1d9a10', quantity: 1 }) }],
  ])('names %s: 422', async (_, body) => {
    expect((await refund(crypto.randomUUID(), { amountMinor: 1, ...body })).status).toBe(422)
  })
})

describe('a note', () => {
  test('has its author and its time, and no shopper ever reads it', async () => {
    const { one, order } = await delivered('noted')
    const secret = `rings at the back door ${crypto.randomUUID()}`
    const { status, body: note } = await admin.request<OrderNote>('POST', path(order.id, '/notes'), { body: `  ${secret}  ` })
    expect([status, note.author, note.body]).toEqual([201, 'Ada', secret])
    expect((await look(order.id)).notes).toEqual([note])
    expect(await shop.auditedWith('noteId', note.id)).toMatchObject([{ kind: 'orders.note-added', actorId: expect.any(String), detail: { orderId: order.id } }])
    const seen = await Promise.all([`/api/orders/${order.id}`, `/api/orders/${order.id}?token=${order.token}`, '/api/orders'].map(async url => JSON.stringify((await one.get(url)).body)))
    const page = await (await fetch(`${shop.url}/orders/${order.id}?token=${order.token}`)).text()
    const { rows: told } = await shop.database.fresh(db => db.execute(sql`select 1 from outbox where payload::text like ${`%${secret}%`} union all select 1 from mails where body like ${`%${secret}%`}`))
    expect([...seen, page].filter(text => text.includes(secret))).toEqual([])
    expect(told).toEqual([])
  })

  test.each(['', '   ', 'x'.repeat(2_001), '\0'])('says something: %j is 422', async (body) => {
    expect((await admin.request('POST', path(crypto.randomUUID(), '/notes'), { body })).status).toBe(422)
  })
})

describe('cancelling for a shopper', () => {
  test('sends everything back once, says by whom, and is refused once it is on its way', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const { one, order } = await bought('called-off')
    const cancelled = await until(() => admin.request<Maybe<DeskOrder>>('POST', path(order.id, '/cancel')), answer => answer.status !== 409)
    expect(cancelled.status).toBe(200)
    expect(cancelled.body.events.map(event => event.cause)).toContain('cancelled by the shop')
    expect((await admin.request('POST', path(order.id, '/cancel'))).status).toBe(200)
    await shop.untilStatus(one, order.id, 'refunded')
    expect((await shop.auditedWith('orderId', order.id)).map(entry => entry.kind)).toEqual(['orders.cancelled'])
    await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
    const { order: gone } = await delivered('too-late')
    expect(await admin.request<Problem>('POST', path(gone.id, '/cancel'))).toMatchObject({ status: 409, body: { code: 'orders/not-cancellable' } })
    expect(await admin.request<Problem>('POST', path(gone.id, '/fulfil'))).toMatchObject({ status: 409, body: { code: 'orders/not-fulfillable', detail: expect.stringContaining('delivered') } })
  })
})
