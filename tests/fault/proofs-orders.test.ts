import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeStatus } from '../../server/orders/change-status.ts'
import { isLegal } from '../../server/orders/order-states.ts'
import { requestRefund } from '../../server/orders/request-refund.ts'
import { advancePayment, insertPayment } from '../../server/payments/index.ts'
import { databaseErrorOf, drizzleOn, type Transaction } from '../../server/platform/db/connect.ts'
import { atRacePoint } from '../../server/platform/race-points.ts'
import { holdStock } from '../../server/products/index.ts'
import type { OrderStatus } from '../../shared/schemas/orders.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { barrier, proof } from '../harness/proof.ts'
import { onceAt, overlapping, untilBlocked } from '../harness/races.ts'
import { failOnTimeout } from '../naive/fail-on-timeout.ts'
import { holdAfterLooking, holdInCartOrder } from '../naive/naive-stock-check.ts'
import { placeWithoutKey } from '../naive/place-without-key.ts'
import { refundWithoutLock } from '../naive/refund-without-lock.ts'
import { retryOnTimeout } from '../naive/retry-on-timeout.ts'
import { setStatus } from '../naive/set-status.ts'

let shop: OwnShop
beforeAll(async () => {
  shop = await startOwnShop()
})
afterAll(() => shop?.stop())

test('without a conditional update the last units are sold to everybody who looked', () => proof({
  pattern: 'stock-reservation',
  claim: 'Six buyers who have all seen two units get two of them.',
  real: async (variantId: string) => void await shop.checkout(await shop.shopperWith(variantId)),
  naive: async (variantId: string) => void await shop.database.write(tx => holdAfterLooking(tx, variantId)),
  async check(buyOne) {
    const [buyers, units] = [6, 2]
    const variantId = await shop.sell(units)
    const away = atRacePoint('cart-priced', barrier(buyers))
    const outcomes = await Promise.allSettled(Array.from({ length: buyers }, () => buyOne(variantId)))
    away()
    const held = outcomes.filter(({ status }) => status === 'fulfilled').length
    return { violations: Math.abs(held - units), buyers, units, held }
  },
}))

test('without one order of the lines two carts wait for each other', () => proof({
  pattern: 'stock-reservation',
  name: 'lock-order',
  claim: 'Two carts with the same things in opposite orders do not deadlock.',
  real: (tx: Transaction, lines: { variantId: string, quantity: number }[]) => holdStock(tx, { holdId: crypto.randomUUID(), lines, forMs: 60_000 }).then(() => {}),
  naive: holdInCartOrder,
  async check(hold) {
    const [a, b] = [await shop.sell(9), await shop.sell(9)].toSorted()
    const lines = [a!, b!].map(variantId => ({ variantId, quantity: 1 }))
    // Without the repetition after a deadlock that `write` has.
    const take = (some: typeof lines) => drizzleOn(shop.rival.pools.primary).transaction(tx => hold(tx, some))
    const taking: Promise<unknown>[] = []
    await shop.database.write(async (tx) => {
      await tx.execute(sql`select 1 from stock where variant_id = ${a} for update`)
      // One behind the other: had the second come first, it would have both before the first has one.
      for (const some of [lines, lines.toReversed()]) {
        taking.push(take(some).then(() => 'held', error => databaseErrorOf(error).code))
        await untilBlocked(shop.database.pools.primary, 'rival-write', taking.length)
      }
    })
    const ends = await Promise.all(taking)
    return { violations: ends.filter(end => end === '40P01').length, carts: 2, held: ends.filter(end => end === 'held').length }
  },
}))

test('without a key a double click is two orders', () => proof({
  pattern: 'idempotency-key',
  claim: 'A second click while the first is being paid is the same order and the same charge.',
  real: async (ownerId: string) => {
    const { id } = await shop.checkout(ownerId)
    return () => shop.pay(ownerId, id)
  },
  naive: async (ownerId: string) => () => placeWithoutKey(shop, ownerId),
  async check(openPage: (ownerId: string) => Promise<() => Promise<unknown>>) {
    const ownerId = await shop.shopperWith(await shop.sell(5))
    const click = await openPage(ownerId)
    const second = onceAt('order-committed', () => click().catch(() => {}))
    await click()
    second.cancel()
    const { rows } = await shop.database.fresh(db => db.execute<{ id: string }>(sql`select id from orders where owner_id = ${ownerId}`))
    const charges = rows.reduce((sum, { id }) => sum + shop.gateway.capturesOf(id), 0)
    return { violations: (rows.length - 1) + (charges - 1), clicks: 2, orders: rows.length, charges }
  },
}))

const operations = ['create', 'confirm', 'capture'] as const
interface Charge { orderId: string, amountMinor: number, currency: string, paymentMethod: string }
async function withPattern(charge: Charge): Promise<'paid' | 'failed' | 'open'> {
  await shop.database.write(tx => insertPayment(tx, charge))
  for (let look = 0; look < 3; look++) {
    const outcome = await advancePayment(shop.deps, charge.orderId)
    if (outcome.kind === 'captured') return 'paid'
    if (outcome.kind !== 'pending') return 'failed'
    await shop.timePasses()
  }
  return 'open'
}
async function chargeWithLostAnswers(charge: (one: Charge) => Promise<string>) {
  const ends: { end: string, captures: number }[] = []
  for (const operation of operations) {
    shop.gateway.goWrong(operation, 'answer-lost')
    const orderId = crypto.randomUUID()
    const end = await charge({ orderId, amountMinor: 1_000, currency: 'GBP', paymentMethod: 'pm_card_visa' })
    ends.push({ end, captures: shop.gateway.capturesOf(orderId) })
  }
  return ends
}

test('without a key at the gateway a lost answer is a second charge', () => proof({
  pattern: 'payment-saga',
  claim: 'When any answer of the gateway is lost, the card is charged at most once.',
  real: withPattern,
  naive: async (charge: Charge) => (await retryOnTimeout(shop.gateway, charge) ? 'paid' : 'failed'),
  async check(charge) {
    const ends = await chargeWithLostAnswers(charge)
    return { violations: ends.filter(({ captures }) => captures > 1).length, payments: ends.length, charges: ends.reduce((sum, { captures }) => sum + captures, 0) }
  },
}))

test('without asking what became of it a lost answer is money that was kept for nothing', () => proof({
  pattern: 'payment-saga',
  name: 'a-timeout-is-unknown',
  claim: 'Nobody is told that a payment failed whose money was taken.',
  real: withPattern,
  naive: async (charge: Charge) => (await failOnTimeout(shop.gateway, charge) ? 'paid' : 'failed'),
  async check(charge) {
    const ends = await chargeWithLostAnswers(charge)
    return { violations: ends.filter(({ end, captures }) => end === 'failed' && captures > 0).length, payments: ends.length, paid: ends.filter(({ end }) => end === 'paid').length }
  },
}))

test('without the order\'s lock two refunds give back more than was paid', () => proof({
  pattern: 'payment-saga',
  name: 'refunds',
  claim: 'Two refunds at once never promise more than what was paid.',
  real: (tx: Transaction, orderId: string, amountMinor: number) => requestRefund(tx, { orderId, amountMinor, cause: 'partial', reason: 'a race' }).then(() => {}),
  naive: refundWithoutLock,
  async check(refund) {
    const { orderId } = await shop.buy(await shop.sell(1))
    const paidMinor = await shop.count(sql`select total_minor as count from orders where id = ${orderId}`)
    const amountMinor = Math.ceil(paidMinor * 0.75)
    const ask = (tx: Transaction) => refund(tx, orderId, amountMinor)
    await overlapping(shop.database, { pool: shop.rival.pools.primary, name: 'test-write' }, [ask, ask])
    const promisedMinor = await shop.count(sql`select coalesce(sum(amount_minor), 0)::int as count from refunds where order_id = ${orderId}`)
    return { violations: promisedMinor > paidMinor ? 1 : 0, paidMinor, promisedMinor }
  },
}))

test('without legal edges late news send an order backwards', () => proof({
  pattern: 'state-machine',
  claim: 'News of a parcel in any order, and a cancellation among them, move an order by legal steps only.',
  real: (tx: Transaction, orderId: string, to: OrderStatus) => changeStatus(tx, orderId, to, { cause: 'news' }).then(() => {}),
  naive: setStatus,
  async check(set) {
    const stories: OrderStatus[][] = [['fulfilling', 'shipped', 'delivered'], ['delivered', 'shipped', 'fulfilling'], ['shipped', 'fulfilling', 'shipped'], ['cancelled', 'fulfilling', 'shipped'], ['shipped', 'cancelled', 'paid']]
    let [steps, violations] = [0, 0]
    for (const story of stories) {
      const { orderId } = await shop.buy(await shop.sell(1))
      for (const status of story) await shop.database.write(tx => set(tx, orderId, status))
      const statuses = await shop.statusesOf(orderId) as OrderStatus[]
      steps += statuses.length - 1
      violations += statuses.slice(1).filter((status, index) => !isLegal(statuses[index]!, status)).length
    }
    expect(steps).toBeGreaterThan(stories.length)
    return { violations, orders: stories.length, steps }
  },
}))
