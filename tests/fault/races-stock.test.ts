import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweepHolds } from '../../server/orders/index.ts'
import { databaseErrorOf, drizzleOn } from '../../server/platform/db/connect.ts'
import { holdStock, sweepExpiredHolds } from '../../server/products/index.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { onceAt, untilBlocked } from '../harness/races.ts'
import { until } from '../harness/shopper.ts'

let shop: OwnShop
beforeAll(async () => {
  shop = await startOwnShop()
})
afterAll(() => shop?.stop())

const soldOut = { code: 'orders/out-of-stock' }

describe('when two want the last one', () => {
  test('and a rival takes it after the first has looked, then the first is told that it is sold out and holds nothing', async () => {
    const variantId = await shop.sell(1)
    const [first, second] = [await shop.shopperWith(variantId), await shop.shopperWith(variantId)]
    const moment = onceAt('cart-priced', () => shop.checkout(second, { database: shop.rival }))
    await expect(shop.checkout(first)).rejects.toMatchObject(soldOut)
    expect(moment.acted()).toBe(true)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 0, reserved: 1, sold: 0 })
    expect(await shop.count(sql`select count(*)::int as count from checkouts where owner_id = ${first}`)).toBe(0)
    expect(await shop.broken()).toEqual({})
  })

  test('and the first has it without having committed, then the rival waits, and is told that it is sold out', async () => {
    const variantId = await shop.sell(1)
    const [first, second] = [await shop.shopperWith(variantId), await shop.shopperWith(variantId)]
    let rival: Promise<unknown> | undefined
    onceAt('stock-held', async () => {
      rival = shop.checkout(second, { database: shop.rival }).catch((error: unknown) => error)
      await untilBlocked(shop.database.pools.primary, 'rival-write')
    })
    await shop.checkout(first)
    expect(await rival).toMatchObject(soldOut)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 0, reserved: 1 })
    expect(await shop.broken()).toEqual({})
  })

  test('and the first dies with it in hand, then the rival who waited gets it', async () => {
    const variantId = await shop.sell(1)
    const [first, second] = [await shop.shopperWith(variantId), await shop.shopperWith(variantId)]
    let rival: ReturnType<OwnShop['checkout']> | undefined
    const death = new Error('the first dies')
    onceAt('stock-held', async () => {
      rival = shop.checkout(second, { database: shop.rival })
      await untilBlocked(shop.database.pools.primary, 'rival-write')
      throw death
    })
    await expect(shop.checkout(first)).rejects.toBe(death)
    expect((await rival!).lines).toHaveLength(1)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 0, reserved: 1 })
    expect(await shop.broken()).toEqual({})
  })

  test('and the same shopper checks out twice at once, then one hold is left', async () => {
    const variantId = await shop.sell(2)
    const owner = await shop.shopperWith(variantId)
    onceAt('cart-priced', () => shop.checkout(owner, { database: shop.rival }))
    await shop.checkout(owner)
    await shop.checkout(owner)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 1, reserved: 1 })
    expect(await shop.broken()).toEqual({})
  })
})

test('when two carts hold the same two things in opposite orders, then neither waits for the other for ever', async () => {
  const [a, b] = [await shop.sell(5), await shop.sell(5)].toSorted()
  const lines = [a!, b!].map(variantId => ({ variantId, quantity: 1 }))
  // Without the database's own repetition after a deadlock, which would hide one.
  const buy = (order: typeof lines) => drizzleOn(shop.rival.pools.primary).transaction(tx => holdStock(tx, { holdId: crypto.randomUUID(), lines: order, forMs: 60_000 }))
  let buying: Promise<unknown>[] = []
  await shop.database.write(async (tx) => {
    await tx.execute(sql`select 1 from stock where variant_id = ${a} for update`)
    buying = [buy(lines), buy(lines.toReversed())].map(one => one.catch((error: unknown) => databaseErrorOf(error).code))
    await untilBlocked(shop.database.pools.primary, 'rival-write', 2)
  })
  expect(await Promise.all(buying)).toEqual([expect.objectContaining({ expiresAt: expect.any(Date) }), expect.objectContaining({ expiresAt: expect.any(Date) })])
  expect(await shop.broken()).toEqual({})
})

describe('when a hold runs out while it is being paid for', () => {
  const pastDeadline = (ownerId: string) => until(
    () => shop.count(sql`select count(*)::int as count from checkouts where owner_id = ${ownerId} and expires_at <= clock_timestamp()`),
    expired => expired === 1,
    { everyMs: 20 },
  )

  test('and the order has it first, then the sweep leaves it alone', async () => {
    const variantId = await shop.sell(1)
    const owner = await shop.shopperWith(variantId)
    const { id } = await shop.checkout(owner, { holdMs: 3_000 })
    let swept = -1
    onceAt('order-claimed', async () => {
      await pastDeadline(owner)
      swept = await sweepHolds({ database: shop.rival })
    })
    expect(await shop.pay(owner, id)).toMatchObject({ status: 201 })
    expect(swept).toBe(0)
    expect(await sweepHolds({ database: shop.rival })).toBe(0)
    await shop.deliver()
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 0, reserved: 0, sold: 1 })
    expect(await shop.broken()).toEqual({})
  })

  test('and the sweep has it first, then the order is refused, nothing is charged, and the stock goes back once', async () => {
    const variantId = await shop.sell(1)
    const owner = await shop.shopperWith(variantId)
    const { id } = await shop.checkout(owner, { holdMs: 1 })
    await pastDeadline(owner)
    const before = shop.gateway.calls.length
    await shop.rival.write(async (tx) => {
      expect(await sweepExpiredHolds(tx)).toHaveLength(1)
      await expect(shop.pay(owner, id)).rejects.toMatchObject({ code: 'orders/checkout-expired' })
    })
    expect(await sweepHolds({ database: shop.database })).toBe(0)
    expect(shop.gateway.calls.length).toBe(before)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 1, reserved: 0 })
    expect(await shop.broken()).toEqual({})
  })

  test('and two sweeps come at once, then it goes back once', async () => {
    const variantId = await shop.sell(1)
    const owner = await shop.shopperWith(variantId)
    await shop.checkout(owner, { holdMs: 1 })
    await pastDeadline(owner)
    const swept = await Promise.all([sweepHolds({ database: shop.database }), sweepHolds({ database: shop.rival })])
    expect(swept.reduce((a, b) => a + b)).toBe(1)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 1, reserved: 0 })
    expect(await shop.broken()).toEqual({})
  })
})
