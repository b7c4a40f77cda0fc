import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepCode } from '../../server/cart/db/queries.ts'
import { cancelOrder } from '../../server/orders/cancel-order.ts'
import type { Transaction } from '../../server/platform/db/connect.ts'
import { type Redemption, redeemCode } from '../../server/promotions/redeem-code.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { addPromotion } from '../harness/promotions.ts'
import { barrier, proof } from '../harness/proof.ts'
import { onceAt } from '../harness/races.ts'
import { redeemAfterCounting } from '../naive/redeem-after-counting.ts'

let shop: OwnShop
let variantId: string
beforeAll(async () => {
  shop = await startOwnShop()
  variantId = await shop.sell(1_000)
})
afterAll(() => shop?.stop())

type Code = Awaited<ReturnType<typeof addPromotion>>

/** Somebody at the checkout, who was shown what the code takes off. */
async function shownCode({ code }: Code) {
  const ownerId = await shop.shopperWith(variantId)
  await shop.database.fresh(db => keepCode(db, ownerId, code))
  const checkout = await shop.checkout(ownerId)
  expect(checkout).toMatchObject({ discountMinor: 180, promo: { code, problem: null } })
  return { ownerId, checkoutId: checkout.id }
}
const takenOf = ({ id }: Code) => shop.count(sql`select count(*)::int as count from promotion_redemptions where promotion_id = ${id} and state = 'taken'`)
const usedOf = ({ id }: Code) => shop.count(sql`select used as count from promotions where id = ${id}`)
const codeOf = ({ reason }: PromiseRejectedResult) => (reason as { code: string }).code
const refusals = (outcomes: PromiseSettledResult<unknown>[]) => outcomes.filter(one => one.status === 'rejected').map(codeOf)

/** All pay at once, through both doors of the shop. */
const payAll = (buyers: { ownerId: string, checkoutId: string, email: string }[]) => Promise.allSettled(buyers.map(({ ownerId, checkoutId, email }, index) =>
  shop.pay(ownerId, checkoutId, { email, database: index % 2 ? shop.database : shop.rival, waitMs: 5_000 })))

test('when fifty want a code of which there are five, then five have it, and nobody else is charged', async () => {
  const code = await addPromotion(shop.database, { totalLimit: 5 })
  const buyers: Parameters<typeof payAll>[0] = []
  for (let index = 0; index < 50; index++) buyers.push({ ...await shownCode(code), email: `buyer-${index}@example.com` })
  const outcomes = await payAll(buyers)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  expect(refusals(outcomes)).toEqual(Array.from({ length: 45 }, () => 'promotions/used-up'))
  expect([await takenOf(code), await usedOf(code)]).toEqual([5, 5])
  for (const one of outcomes) expect(one.status === 'rejected' || [one.value.order.discountMinor, shop.gateway.capturesOf(one.value.order.id)]).toEqual(one.status === 'rejected' ? true : [180, 1])

  // What they held is still theirs, and held anew it costs what it costs.
  const refused = buyers[outcomes.findIndex(({ status }) => status === 'rejected')]!
  const again = await shop.checkout(refused.ownerId)
  expect(again).toMatchObject({ discountMinor: 0, totalMinor: 2_195, promo: { code: code.code, problem: { code: 'promotions/used-up' } } })
  expect((await shop.pay(refused.ownerId, again.id, { email: refused.email })).order).toMatchObject({ status: 'paid', totalMinor: 2_195, promoCode: null })
  expect(await shop.broken()).toEqual({})
})

test('when one shopper pays in eight sessions at once with a code for each once, then it is had once', async () => {
  const code = await addPromotion(shop.database, { perShopperLimit: 1 })
  const sessions: Parameters<typeof payAll>[0] = []
  for (let index = 0; index < 8; index++) sessions.push({ ...await shownCode(code), email: index % 2 ? `Grace+${index}@Example.com` : 'grace@example.com' })
  const outcomes = await payAll(sessions)
  expect(refusals(outcomes)).toEqual(Array.from({ length: 7 }, () => 'promotions/already-used'))
  expect([await takenOf(code), await usedOf(code)]).toEqual([1, 1])
  expect(await shop.broken()).toEqual({})
})

test('when an order is cancelled while another wants its use, then it is given back once, and had once', async () => {
  const code = await addPromotion(shop.database, { totalLimit: 1 })
  const [first, second] = [await shownCode(code), await shownCode(code)]
  const { order } = await shop.pay(first.ownerId, first.checkoutId, { email: 'first@example.com' })
  await shop.deliver()
  const cancel = () => cancelOrder({ database: shop.database, stopShipment: shop.stopShipment }, order.id, { ownerId: first.ownerId, token: null })
  await Promise.all([cancel(), cancel()].map(one => one.catch(() => {})))
  await shop.deliver()
  expect([await takenOf(code), await usedOf(code)]).toEqual([0, 0])
  expect((await shop.pay(second.ownerId, second.checkoutId, { email: 'second@example.com' })).order.discountMinor).toBe(180)
  await shop.deliver({ times: 2 })
  expect([await takenOf(code), await usedOf(code)]).toEqual([1, 1])
  expect(await shop.broken()).toEqual({})
})

test('when a buyer dies with a use in hand, then the next one has it', async () => {
  const code = await addPromotion(shop.database, { totalLimit: 1 })
  const [first, second] = [await shownCode(code), await shownCode(code)]
  const death = new Error('the first dies')
  onceAt('order-claimed', () => Promise.reject(death))
  await expect(shop.pay(first.ownerId, first.checkoutId, { email: 'dies@example.com' })).rejects.toBe(death)
  expect((await shop.pay(second.ownerId, second.checkoutId, { email: 'lives@example.com' })).status).toBe(201)
  expect([await takenOf(code), await usedOf(code)]).toEqual([1, 1])
  expect(await shop.broken()).toEqual({})
})

type Redeem = (tx: Transaction, redemption: Redemption, looked: () => Promise<void>) => Promise<void>
const real: Redeem = async (tx, redemption, looked) => {
  await looked()
  await redeemCode(tx, redemption)
}

/** Six orders that come to the same point together; answers how many have the code. */
async function rush(redeem: Redeem, code: Code, emailOf: (index: number) => string): Promise<number> {
  const looked = barrier(6)
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, (_, index) => shop.database.write(tx =>
    redeem(tx, { promotionId: code.id, orderId: crypto.randomUUID(), ownerId: crypto.randomUUID(), email: emailOf(index) }, looked))))
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

test('without a conditional update a code is had by everybody who counted', () => proof({
  pattern: 'limited-redemption',
  claim: 'Six orders that have all seen two uses left get two of them.',
  real,
  naive: redeemAfterCounting as Redeem,
  async check(redeem) {
    const had = await rush(redeem, await addPromotion(shop.database, { totalLimit: 2 }), index => `rush-${index}@example.com`)
    return { violations: Math.abs(had - 2), orders: 6, uses: 2, had }
  },
}))

test('without a row for each shopper one of them has a code six times', () => proof({
  pattern: 'limited-redemption',
  name: 'one-shopper',
  claim: 'Six orders of one shopper at once, with a code for each once, have it once.',
  real,
  naive: redeemAfterCounting as Redeem,
  async check(redeem) {
    const had = await rush(redeem, await addPromotion(shop.database, { perShopperLimit: 1 }), () => 'rush@example.com')
    return { violations: Math.abs(had - 1), orders: 6, uses: 1, had }
  },
}))
