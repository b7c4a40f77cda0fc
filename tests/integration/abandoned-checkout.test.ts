import { eq } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { checkouts, orders } from '../../server/orders/db/tables.ts'
import { stock, stockMovements } from '../../server/products/db/tables.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import type { Maybe } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const stockOf = async (variantId: string) => (await shop.database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId))))[0]!
const password = 'correct horse battery'

async function checkedOut(name: string) {
  const [variantId] = await addProduct(shop.database, product(unique(name), { stock: 1 }))
  const one = shop.shopper()
  await one.add(variantId!)
  const { body: checkout } = await one.checkout()
  return { one, variantId: variantId!, checkout, abandon: (who = one) => who.request<Maybe<object>>('DELETE', `/api/checkout/${checkout.id}`) }
}

describe('a checkout that is given up', () => {
  test('frees its things at once and once, however often it is said', async () => {
    const { one, variantId, checkout, abandon } = await checkedOut('given-up')
    expect(await stockOf(variantId)).toMatchObject({ onHand: 0, reserved: 1 })
    expect((await Promise.all([abandon(), abandon(), abandon()])).map(answer => answer.status)).toEqual([204, 204, 204])
    expect((await abandon()).status).toBe(204)
    expect(await stockOf(variantId)).toMatchObject({ onHand: 1, reserved: 0 })
    const released = await shop.database.fresh(db => db.select().from(stockMovements).where(eq(stockMovements.reference, checkout.id)))
    expect(released.map(row => row.kind).toSorted()).toEqual(['held', 'released'])
    expect((await one.pay(checkout.id)).body.code).toBe('orders/checkout-expired')
    expect((await shop.shopper().buy(variantId)).status).toBe(201)
  })

  test('is nobody else\'s to give up, and an ordered one is an order', async () => {
    const { one, variantId, checkout, abandon } = await checkedOut('not-theirs')
    const stranger = shop.shopper()
    expect((await abandon(stranger)).status).toBe(404)
    await stranger.get('/api/cart')
    expect((await abandon(await shop.admin())).status).toBe(404)
    expect((await stockOf(variantId)).reserved).toBe(1)
    expect((await one.pay(checkout.id)).status).toBe(201)
    const late = await abandon()
    expect([late.status, late.body.code]).toEqual([409, 'orders/already-ordered'])
  })

  test('when it is paid and given up at the same moment, then it is one or the other', async () => {
    for (let round = 0; round < 5; round++) {
      const { one, variantId, checkout, abandon } = await checkedOut(`moment-${round}`)
      const [paid, gone] = await Promise.all([one.pay(checkout.id), abandon()])
      expect([[201, 409], [409, 204]]).toContainEqual([paid.status, gone.status])
      const { onHand, reserved, sold } = await stockOf(variantId)
      expect(onHand).toBe(paid.status === 201 ? 0 : 1)
      expect(onHand + reserved + sold).toBe(1)
      const [row] = await shop.database.fresh(db => db.select().from(checkouts).where(eq(checkouts.id, checkout.id)))
      expect(row!.status).toBe(paid.status === 201 ? 'ordered' : 'abandoned')
    }
  })
})

describe('an order whose payment is being confirmed', () => {
  test('cannot be cancelled, and the answer says why', async () => {
    const { one, variantId, checkout } = await checkedOut('confirming')
    // Nor may the bank's own news be quicker than its answer.
    await shop.faults('payments', { slowMs: 2_500, only: 'confirm', delayWebhooksMs: 4_000 })
    const paying = one.pay(checkout.id)
    await expect.poll(async () => (await shop.database.fresh(db => db.select().from(orders).where(eq(orders.checkoutId, checkout.id)))).length).toBe(1)
    const [order] = await shop.database.fresh(db => db.select().from(orders).where(eq(orders.checkoutId, checkout.id)))
    const { status, body, headers } = await one.request<Maybe<object>>('POST', `/api/orders/${order!.id}/cancel`)
    expect([status, body.code]).toEqual([409, 'orders/payment-pending'])
    expect(body.detail).toContain('The payment is being confirmed;')
    expect(headers.get('retry-after')).toBeTruthy()
    expect((await paying).status).toBe(201)
    expect(await stockOf(variantId)).toMatchObject({ onHand: 0 })
  })
})

describe('a guest who loses the answer and logs in', () => {
  test('gets the same order for the same key, not a second try', async () => {
    const { one, checkout } = await checkedOut('logged-in')
    const email = `${unique('ada')}@example.com`
    await shop.shopper().request('POST', '/api/auth/register', { email, password, name: 'Ada' })
    const key = crypto.randomUUID()
    const { body: order } = await one.pay(checkout.id, { key })
    await one.request('POST', '/api/auth/login', { email, password })
    const again = await one.pay(checkout.id, { key })
    expect([again.status, again.body.id, again.headers.get('idempotency-replayed')]).toEqual([201, order.id, 'true'])
    expect((await shop.ledger(order.id)).filter(entry => entry.capturedMinor > 0)).toHaveLength(1)
  })

  test('while the order is being placed, gets it too', async () => {
    const { one, checkout } = await checkedOut('logging-in')
    const email = `${unique('ada')}@example.com`
    await shop.shopper().request('POST', '/api/auth/register', { email, password, name: 'Ada' })
    await shop.faults('payments', { slowMs: 1_500, only: 'confirm' })
    const key = crypto.randomUUID()
    const other = shop.shopper()
    other.cookie = one.cookie
    const paying = one.pay(checkout.id, { key })
    await expect.poll(async () => (await shop.database.fresh(db => db.select().from(orders).where(eq(orders.checkoutId, checkout.id)))).length).toBe(1)
    await other.request('POST', '/api/auth/login', { email, password })
    const [first, again] = [await paying, await other.pay(checkout.id, { key })]
    expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id])
    expect((await shop.ledger(first.body.id)).filter(entry => entry.capturedMinor > 0)).toHaveLength(1)
  })
})
