import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addQuantity, quantityOf } from '../../server/cart/db/queries.ts'
import { cancelOrder } from '../../server/orders/cancel-order.ts'
import { resumePayments, sweepHolds } from '../../server/orders/index.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { dyingAt, onceAt, untilBlocked } from '../harness/races.ts'

let shop: OwnShop
beforeAll(async () => {
  shop = await startOwnShop()
})
afterAll(() => shop?.stop())

async function readyToPay() {
  const variantId = await shop.sell(1)
  const ownerId = await shop.shopperWith(variantId)
  const { id } = await shop.checkout(ownerId)
  return { variantId, ownerId, checkoutId: id }
}
const ordersOf = (ownerId: string) => shop.count(sql`select count(*)::int as count from orders where owner_id = ${ownerId}`)
const resume = () => resumePayments({ database: shop.rival, gateway: shop.gateway }, { olderThanS: 0 })
const moments = ['order-claimed', 'order-committed', 'outcome-applied', 'order-settled'] as const

/** One order, paid and charged once, its stock sold once. */
async function expectOneSale({ ownerId, variantId }: { ownerId: string, variantId: string }, orderId: string) {
  await shop.deliver()
  expect(await ordersOf(ownerId)).toBe(1)
  expect(shop.gateway.capturesOf(orderId)).toBe(1)
  expect((await shop.statusesOf(orderId)).filter(status => status === 'paid')).toHaveLength(1)
  expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 0, reserved: 0, sold: 1 })
  expect(await shop.broken()).toEqual({})
}

describe.each(moments)('when the process dies at %s', (moment) => {
  test('then the same key is one order, one charge and one answer', async () => {
    const purchase = await readyToPay()
    const { ownerId, checkoutId } = purchase
    expect(await dyingAt(shop, moment, mortal => shop.pay(ownerId, checkoutId, { database: mortal }))).toBe(true)
    await shop.timePasses()
    const answer = await shop.pay(ownerId, checkoutId)
    expect(answer).toMatchObject({ status: 201, order: { status: 'paid' } })
    expect(await shop.pay(ownerId, checkoutId)).toEqual({ ...answer, replayed: true })
    await expectOneSale(purchase, answer.order.id)
  })

  test('and the worker comes before the shopper does, then it is the same', async () => {
    const purchase = await readyToPay()
    const { ownerId, checkoutId } = purchase
    expect(await dyingAt(shop, moment, mortal => shop.pay(ownerId, checkoutId, { database: mortal }))).toBe(true)
    await shop.timePasses()
    await resume()
    expect(await sweepHolds({ database: shop.rival })).toBe(0)
    await shop.timePasses()
    const { status, order } = await shop.pay(ownerId, checkoutId)
    expect(status).toBe(201)
    await expectOneSale(purchase, order.id)
  })
})

describe('when the same key comes twice', () => {
  test('and the first has not committed, then the second waits and gets the same answer', async () => {
    const purchase = await readyToPay()
    const { ownerId, checkoutId } = purchase
    let second: ReturnType<OwnShop['pay']> | undefined
    onceAt('order-claimed', async () => {
      second = shop.pay(ownerId, checkoutId, { database: shop.rival, waitMs: 10_000 })
      await untilBlocked(shop.database.pools.primary, 'rival-write')
    })
    const first = await shop.pay(ownerId, checkoutId)
    expect(await second).toEqual({ ...first, replayed: true })
    await expectOneSale(purchase, first.order.id)
  })

  test.each(['order-committed', 'intent-created', 'payment-confirmed', 'payment-captured', 'order-settled'] as const)('and the first is at %s, then the second is told to ask again, and gets the same answer then', async (moment) => {
    const purchase = await readyToPay()
    const { ownerId, checkoutId } = purchase
    const race = onceAt(moment, () => expect(shop.pay(ownerId, checkoutId, { database: shop.rival })).rejects.toMatchObject({ code: 'orders/still-running' }))
    const first = await shop.pay(ownerId, checkoutId)
    expect(race.acted()).toBe(true)
    expect(await shop.pay(ownerId, checkoutId, { database: shop.rival })).toEqual({ ...first, replayed: true })
    await expectOneSale(purchase, first.order.id)
  })

  test('with another body, then it is refused and changes nothing', async () => {
    const purchase = await readyToPay()
    const { ownerId, checkoutId } = purchase
    onceAt('order-committed', () => expect(shop.pay(ownerId, checkoutId, { database: shop.rival, paymentMethod: 'pm_card_mastercard' })).rejects.toMatchObject({ code: 'orders/idempotency-key-reused' }))
    const { order } = await shop.pay(ownerId, checkoutId)
    await expectOneSale(purchase, order.id)
  })

  test('or two keys come for one checkout, then one of them is the order', async () => {
    const purchase = await readyToPay()
    const { ownerId, checkoutId } = purchase
    let second: Promise<unknown> | undefined
    onceAt('order-claimed', async () => {
      second = shop.pay(ownerId, checkoutId, { key: 'another', database: shop.rival }).catch((error: unknown) => error)
      await untilBlocked(shop.database.pools.primary, 'rival-write')
    })
    const { order } = await shop.pay(ownerId, checkoutId)
    expect(await second).toMatchObject({ code: 'orders/checkout-expired' })
    await expectOneSale(purchase, order.id)
  })
})

describe('when an order is being marked as paid', () => {
  test('and the worker settles it too, then it waits and changes nothing more', async () => {
    const purchase = await readyToPay()
    let second: Promise<unknown> | undefined
    onceAt('outcome-applied', async () => {
      second = resume()
      await untilBlocked(shop.database.pools.primary, 'rival-write')
    })
    const { order } = await shop.pay(purchase.ownerId, purchase.checkoutId)
    expect(await second).toBe(1)
    await expectOneSale(purchase, order.id)
  })

  test('and the shopper cancels, then they are told that it is too early, and can cancel a moment later', async () => {
    const { ownerId, checkoutId, variantId } = await readyToPay()
    const cancel = async () => {
      const [row] = (await shop.rival.fresh(db => db.execute<{ id: string }>(sql`select id from orders where owner_id = ${ownerId}`))).rows
      await cancelOrder({ database: shop.rival, stopShipment: shop.stopShipment }, row!.id, { ownerId, token: null })
    }
    onceAt('outcome-applied', () => expect(cancel()).rejects.toMatchObject({ code: 'orders/payment-pending' }))
    const { order } = await shop.pay(ownerId, checkoutId)
    await cancel()
    await shop.deliver()
    expect(shop.gateway.refundedOf(order.id)).toBe(order.totalMinor)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 1, reserved: 0, sold: 1, restocked: 1 })
    expect(await shop.broken()).toEqual({})
  })

  test('and the shopper puts another one into the cart, then that one stays', async () => {
    const { ownerId, checkoutId, variantId } = await readyToPay()
    let adding: Promise<unknown> | undefined
    onceAt('outcome-applied', async () => {
      adding = shop.rival.fresh(db => addQuantity(db, ownerId, variantId, 2))
      await untilBlocked(shop.database.pools.primary, 'rival-write')
    })
    await shop.pay(ownerId, checkoutId)
    await adding
    expect(await shop.database.fresh(db => quantityOf(db, ownerId, variantId))).toBe(2)
  })
})
