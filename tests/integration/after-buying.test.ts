import { sql } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Invoice, Order, Reorder } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const again = (one: TestShopper, id: string, query = '') => one.request<Maybe<Reorder>>('POST', `/api/orders/${id}/reorder${query}`)
const cartOf = async (one: TestShopper) => (await one.get<Cart>('/api/cart')).body.lines.map(line => [line.variantId, line.quantity])

describe('the same again', () => {
  test('puts in what can be had, once, and says what is gone, fewer or dearer', async () => {
    const variants: Record<string, string> = {}
    for (const name of ['same', 'dearer', 'fewer', 'sold-out', 'gone']) variants[name] = (await addProduct(shop.database, product(unique(name), { priceMinor: 1_000, stock: 9 })))[0]!
    const one = shop.shopper()
    for (const id of Object.values(variants)) await one.add(id, 3)
    const { body: order } = await one.pay((await one.checkout()).body.id)
    await shop.untilStatus(one, order.id, 'delivered')
    await shop.database.fresh(db => db.execute(sql`update variants set price_minor = 1200 where id = ${variants.dearer}`))
    await shop.database.fresh(db => db.execute(sql`update variants set retired = true where id = ${variants.gone}`))
    for (const [name, left] of [['fewer', 2], ['sold-out', 0]] as const) {
      const other = shop.shopper()
      await other.add(variants[name]!, 6 - left)
      await other.pay((await other.checkout()).body.id)
    }
    const told = await again(one, order.id)
    expect(told.status).toBe(200)
    expect(Object.fromEntries(told.body.lines.map(line => [Object.keys(variants).find(name => variants[name] === line.variantId), [line.outcome, line.available, line.nowMinor]]))).toEqual({
      'same': ['all', 3, 1_000], 'dearer': ['all', 3, 1_200], 'fewer': ['fewer', 2, 1_000], 'sold-out': ['sold-out', 0, 1_000], 'gone': ['gone', 0, null],
    })
    const expected = [[variants.same, 3], [variants.dearer, 3], [variants.fewer, 2]]
    expect(new Map(await cartOf(one) as [string, number][])).toEqual(new Map(expected as [string, number][]))
    await Promise.all([again(one, order.id), again(one, order.id)])
    expect(new Map(await cartOf(one) as [string, number][])).toEqual(new Map(expected as [string, number][]))

    // A guest's link fills the basket of whoever holds it; without it there is no such order, nor a session for asking.
    const friend = shop.shopper()
    expect((await again(friend, order.id)).status).toBe(404)
    expect(friend.cookie).toBe('')
    expect((await again(friend, order.id, `?token=${order.token}`)).status).toBe(200)
    expect(await cartOf(friend)).toHaveLength(3)
    await shop.database.fresh(db => db.execute(sql`update variants set retired = true where id in ${Object.values(variants)}`))
    expect((await again(one, order.id)).body.code).toBe('orders/nothing-to-reorder')
  })
})

describe('an invoice', () => {
  test('adds up, tells what went back, and is there for its buyer only, once it is paid', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('billed'), { priceMinor: 2_500, stock: 9 }))
    const one = shop.shopper()
    await one.add(variantId!, 2)
    const { body: order } = await one.pay((await one.checkout()).body.id, { shippingMethod: 'express' })
    await shop.untilStatus(one, order.id, 'delivered')
    const { body: invoice } = await one.get<Invoice>(`/api/orders/${order.id}/invoice`)
    expect(invoice).toMatchObject({ number: order.number, subtotalMinor: 5_000, shippingMinor: 795, totalMinor: 5_795, taxPercent: 20, taxMinor: 966, netMinor: 4_829, refunds: [], lines: [{ quantity: 2, unitPriceMinor: 2_500 }] })
    const admin = await shop.admin()
    await admin.request('POST', `/api/admin/orders/${order.id}/refunds`, { amountMinor: 500, reason: 'a chipped rim' }, { 'idempotency-key': `"${crypto.randomUUID()}"` })
    const after = await until(async () => (await shop.shopper().get<Invoice>(`/api/orders/${order.id}/invoice?token=${order.token}`)).body, body => body.refundedMinor === 500)
    expect(after).toMatchObject({ totalMinor: 5_795, refunds: [{ amountMinor: 500, reason: 'a chipped rim' }] })
    expect((await shop.shopper().get(`/api/orders/${order.id}/invoice`)).status).toBe(404)

    const poor = shop.shopper()
    await poor.add(variantId!)
    await poor.pay((await poor.checkout()).body.id, { paymentMethod: 'pm_card_chargeDeclined' })
    const { body: { items } } = await poor.get<{ items: { id: string }[] }>('/api/orders')
    expect((await poor.get<Maybe<Invoice>>(`/api/orders/${items[0]!.id}/invoice`)).body.code).toBe('orders/no-invoice-yet')
  })
})

describe('an order that is late', () => {
  test('says so by the database\'s clock, and when its confirmation went', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const [variantId] = await addProduct(shop.database, product(unique('slow')))
    const one = shop.shopper()
    const { body: order } = await one.buy(variantId!)
    const read = async () => (await one.get<Order>(`/api/orders/${order.id}`)).body
    const confirmed = await until(read, body => body.confirmedAt !== null)
    expect(confirmed).toMatchObject({ delays: [], hasInvoice: true, expected: { from: expect.any(String) } })
    const shift = (days: number) => shop.database.fresh(async (db) => {
      await db.execute(sql`update order_events set at = at - make_interval(days => ${days}) where order_id = ${order.id}`)
      // The event of a step is as old as the step.
      await db.execute(sql`update outbox set created_at = created_at - make_interval(days => ${days}) where subject = ${order.id} and type like 'order.%'`)
    })
    await shift(9)
    expect((await until(read, body => body.delays.length > 0)).delays.map(delay => delay.kind)).toEqual(['dispatch'])
    await shift(-9)
    // The mail is still to go, for all that this page knows.
    await shop.database.fresh(db => db.execute(sql`update mails set news = 'order.paid-later' where about = ${order.id} and news = 'order.paid'`))
    await shop.database.fresh(db => db.execute(sql`update order_events set at = at - interval '5 minutes' where order_id = ${order.id}`))
    expect((await until(read, body => body.delays.length > 0)).delays.map(delay => delay.kind)).toEqual(['confirmation'])
  })
})
