import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resumePayments } from '../../server/orders/index.ts'
import { paymentProgress, refunds } from '../../server/orders/subscribers.ts'
import type { Database } from '../../server/platform/db/database.ts'
import { requestRefund } from '../../server/orders/request-refund.ts'
import { consume } from '../../server/platform/outbox/subscriber.ts'
import { happen } from '../harness/outbox.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { dyingAt, onceAt, overlapping } from '../harness/races.ts'

let shop: OwnShop
beforeAll(async () => {
  shop = await startOwnShop()
})
afterAll(() => shop?.stop())

const theirs = () => ({ database: shop.rival, gateway: shop.gateway })
const orderOf = async (ownerId: string) => (await shop.database.fresh(db => db.execute<{ id: string, status: string, total_minor: number }>(sql`select id, status, total_minor from orders where owner_id = ${ownerId}`))).rows[0]!
const resume = (giveUpAfterS?: number) => resumePayments(theirs(), { olderThanS: 0, giveUpAfterS })
async function webhook(ownerId: string) {
  const { id } = await orderOf(ownerId)
  await happen(shop.rival, paymentProgress(theirs()), { type: 'payment.changed', subject: id, payload: { orderId: id } })
}

const moments = ['intent-created', 'payment-confirmed', 'payment-captured'] as const
const rivals = {
  'the worker resumes it': () => resume(),
  'a webhook comes': webhook,
  'a webhook comes twice': async (ownerId: string) => {
    await webhook(ownerId)
    await webhook(ownerId)
  },
} satisfies Record<string, (ownerId: string) => Promise<unknown>>

async function purchase(paymentMethod?: string) {
  const variantId = await shop.sell(1)
  const ownerId = await shop.shopperWith(variantId)
  const { id } = await shop.checkout(ownerId)
  return { variantId, ownerId, pay: (database?: Database) => shop.pay(ownerId, id, { paymentMethod, database }) }
}

/** The worker looks until nothing is open; whatever came, money and goods must agree. */
async function expectOneEnd(ownerId: string, variantId: string) {
  for (let look = 0; look < 3; look++) {
    await shop.timePasses()
    await resume()
  }
  await shop.deliver()
  const { id, status } = await orderOf(ownerId)
  const paid = shop.gateway.capturesOf(id) === 1
  expect(status).not.toBe('pending')
  expect(paid).toBe(status !== 'payment-failed')
  expect(await shop.stockOf(variantId)).toMatchObject(paid ? { onHand: 0, reserved: 0, sold: 1 } : { onHand: 1, reserved: 0, sold: 0 })
  expect(await shop.broken()).toEqual({})
  return status
}

describe.each(moments)('when the gateway has answered and our books do not know it, at %s', (moment) => {
  test.each(Object.entries(rivals))('and %s, then it is charged once and paid', async (_, rival) => {
    const { variantId, ownerId, pay } = await purchase()
    const race = onceAt(moment, () => rival(ownerId))
    await pay()
    expect(race.acted()).toBe(true)
    expect(await expectOneEnd(ownerId, variantId)).not.toBe('payment-failed')
  })

  test('and the process dies, then the worker finishes it with one charge', async () => {
    const { variantId, ownerId, pay } = await purchase()
    expect(await dyingAt(shop, moment, pay)).toBe(true)
    expect(await expectOneEnd(ownerId, variantId)).not.toBe('payment-failed')
  })

  test('and the process dies, and the worker that finishes it dies there as well, then it is still one charge', async () => {
    const { variantId, ownerId, pay } = await purchase()
    expect(await dyingAt(shop, moment, pay)).toBe(true)
    await shop.timePasses()
    await dyingAt(shop, moment, mortal => resumePayments({ database: mortal, gateway: shop.gateway }, { olderThanS: 0 }))
    expect(await expectOneEnd(ownerId, variantId)).not.toBe('payment-failed')
  })

  test('and the worker gives it up, then it ends in one way for the money and for the goods', async () => {
    const { variantId, ownerId, pay } = await purchase()
    const race = onceAt(moment, () => resume(-1))
    await pay().catch(() => {})
    expect(race.acted()).toBe(true)
    await expectOneEnd(ownerId, variantId)
  })
})

describe('when an answer of the gateway is lost', () => {
  test.each(['create', 'confirm', 'capture'] as const)('after %s, then the order ends in one way, charged at most once', async (operation) => {
    const { variantId, ownerId, pay } = await purchase()
    shop.gateway.goWrong(operation, 'answer-lost')
    await pay().catch(() => {})
    await expectOneEnd(ownerId, variantId)
  })

  test('and the card is declined meanwhile, then nothing is charged and the stock is back', async () => {
    const { variantId, ownerId, pay } = await purchase('pm_card_chargeDeclined')
    shop.gateway.goWrong('confirm', 'answer-lost')
    await pay().catch(() => {})
    expect(await expectOneEnd(ownerId, variantId)).toBe('payment-failed')
  })
})

describe('a refund', () => {
  const partly = (amountMinor: number, orderId: string) => shop.database.write(tx => requestRefund(tx, { orderId, amountMinor, cause: 'partial', reason: 'a chip in the glaze' }))

  test('when the process dies after the gateway has sent it, then it is sent once and booked once', async () => {
    const { orderId } = await shop.buy(await shop.sell(1))
    await partly(500, orderId)
    const event = (await shop.eventsOf(orderId)).find(one => one.type === 'refund.requested')!
    expect(await dyingAt(shop, 'refund-sent', mortal => consume(mortal, refunds({ database: mortal, gateway: shop.gateway }), event))).toBe(true)
    await consume(shop.database, refunds(shop.deps), event)
    await shop.deliver()
    expect(shop.gateway.refundedOf(orderId)).toBe(500)
    expect(await shop.count(sql`select refunded_minor as count from orders where id = ${orderId}`)).toBe(500)
    expect(await shop.broken()).toEqual({})
  })

  test('when a second delivery overtakes the first one\'s books, then it is sent once and booked once', async () => {
    const { orderId } = await shop.buy(await shop.sell(1))
    await partly(500, orderId)
    const event = (await shop.eventsOf(orderId)).find(one => one.type === 'refund.requested')!
    onceAt('refund-sent', () => consume(shop.rival, refunds(theirs()), event))
    await consume(shop.database, refunds(shop.deps), event)
    await shop.deliver()
    expect(shop.gateway.refundedOf(orderId)).toBe(500)
    expect(await shop.count(sql`select refunded_minor as count from orders where id = ${orderId}`)).toBe(500)
    expect(await shop.broken()).toEqual({})
  })

  test('when two are asked for at once that are more than what was paid, then one of them is refused', async () => {
    const { orderId, ownerId } = await shop.buy(await shop.sell(1))
    const { total_minor: totalMinor } = await orderOf(ownerId)
    const most = Math.ceil(totalMinor * 0.6)
    const ask = (tx: Parameters<typeof requestRefund>[0]) => requestRefund(tx, { orderId, amountMinor: most, cause: 'partial', reason: 'two people at two desks' })
    const asked = await overlapping(shop.database, { pool: shop.rival.pools.primary, name: 'test-write' }, [ask, ask])
    expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'orders/refund-too-large' } })
    await shop.deliver()
    expect(shop.gateway.refundedOf(orderId)).toBe(most)
    expect(await shop.broken()).toEqual({})
  })
})
