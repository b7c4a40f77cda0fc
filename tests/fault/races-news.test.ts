import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notifications } from '../../server/notifications/index.ts'
import { cancelOrder } from '../../server/orders/cancel-order.ts'
import { sweepStopped } from '../../server/fulfilment/index.ts'
import { changeStatus } from '../../server/orders/change-status.ts'
import { isLegal } from '../../server/orders/order-states.ts'
import { orderProgress } from '../../server/orders/subscribers.ts'
import type { Database } from '../../server/platform/db/database.ts'
import { consume } from '../../server/platform/outbox/subscriber.ts'
import type { OrderStatus } from '../../shared/schemas/orders.ts'
import { happen } from '../harness/outbox.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { dyingAt, overlapping } from '../harness/races.ts'

let shop: OwnShop
beforeAll(async () => {
  shop = await startOwnShop()
})
afterAll(() => shop?.stop())

const news = ['shipment.created', 'shipment.shipped', 'shipment.delivered'] as const
type News = (typeof news)[number]
const hear = (orderId: string, type: News, id?: string) => happen(shop.rival, orderProgress, { id, type, subject: orderId, payload: { orderId, trackingNumber: 'T-1' } })
const cancel = (ownerId: string, orderId: string, stopShipment = shop.stopShipment) => cancelOrder({ database: shop.database, stopShipment }, orderId, { ownerId, token: null })

/** Steps of the timeline that no edge allows. */
async function illegalSteps(orderId: string) {
  const statuses = await shop.statusesOf(orderId) as OrderStatus[]
  return statuses.slice(1).filter((status, index) => !isLegal(statuses[index]!, status))
}
const permutations: News[][] = news.flatMap(first => news.filter(one => one !== first).flatMap(second => news.filter(one => one !== first && one !== second).map(third => [first, second, third])))

describe('news of a parcel', () => {
  test.each(permutations)('when they come as %s, %s, %s, each of them twice, then the order goes forward by legal steps to its end', async (...order) => {
    const { orderId } = await shop.buy(await shop.sell(1))
    for (const type of order) {
      const id = crypto.randomUUID()
      await hear(orderId, type, id)
      await hear(orderId, type, id)
      await hear(orderId, type)
    }
    expect(await illegalSteps(orderId)).toEqual([])
    expect(await shop.statusesOf(orderId)).toEqual(['pending', 'paid', 'fulfilling', 'shipped', 'delivered'])
  })

  test('when all of them come at once, then it is the same', async () => {
    const { orderId } = await shop.buy(await shop.sell(1))
    await Promise.all([...news, ...news].map(type => hear(orderId, type)))
    expect(await illegalSteps(orderId)).toEqual([])
    expect((await shop.statusesOf(orderId)).at(-1)).toBe('delivered')
  })
})

describe('a cancellation', () => {
  test('when the parcel is reported as gone while it is being stopped, then the order is not cancelled and no money goes back', async () => {
    const { orderId, ownerId } = await shop.buy(await shop.sell(1))
    await expect(cancel(ownerId, orderId, async (id) => {
      const answer = await shop.stopShipment(id)
      await hear(id, 'shipment.shipped')
      return answer
    })).rejects.toMatchObject({ code: 'orders/not-cancellable' })
    await shop.deliver()
    expect(await illegalSteps(orderId)).toEqual([])
    expect((await shop.statusesOf(orderId)).at(-1)).toBe('shipped')
    expect(shop.gateway.refundedOf(orderId)).toBe(0)
    expect(await shop.broken()).toEqual({})
  })

  test('and "shipped" in two transactions at once: one of them comes first, and the other one sees it', async () => {
    for (const [first, second] of [['cancelled', 'shipped'], ['shipped', 'cancelled']] as const) {
      const { orderId } = await shop.buy(await shop.sell(1))
      const moved = await overlapping(shop.database, { pool: shop.rival.pools.primary, name: 'test-write' }, [tx => changeStatus(tx, orderId, first, { cause: 'a race' }), tx => changeStatus(tx, orderId, second, { cause: 'a race' })])
      expect(moved.filter(one => one.status === 'fulfilled' && one.value)).toHaveLength(1)
      expect(await illegalSteps(orderId)).toEqual([])
    }
  })

  test('when news come after it, late or repeated, then it stays cancelled, and its money goes back once', async () => {
    const variantId = await shop.sell(1)
    const { orderId, ownerId } = await shop.buy(variantId)
    await cancel(ownerId, orderId)
    for (const type of news) await hear(orderId, type)
    await shop.deliver({ times: 2 })
    for (const type of news) await hear(orderId, type)
    await cancel(ownerId, orderId)
    expect(await shop.statusesOf(orderId)).toEqual(['pending', 'paid', 'cancelled', 'refunded'])
    expect(shop.gateway.refundedOf(orderId)).toBe(shop.gateway.ledger().find(entry => entry.orderId === orderId)!.capturedMinor)
    expect(await shop.stockOf(variantId)).toMatchObject({ onHand: 1, reserved: 0, sold: 1, restocked: 1 })
    expect(shop.carrier.parcels.get(orderId)?.left ?? false).toBe(false)
    expect(await shop.broken()).toEqual({})
  })

  test('when it is asked for twice at once, then one refund is asked for', async () => {
    const { orderId, ownerId } = await shop.buy(await shop.sell(1))
    let both: () => void
    let arrived = 0
    const together = new Promise<void>(resolve => (both = resolve))
    // Both have seen an order that can be cancelled and a parcel that is stopped.
    const stop: OwnShop['stopShipment'] = async (id) => {
      const answer = await shop.stopShipment(id)
      if (++arrived === 2) both()
      await together
      return answer
    }
    const answers = await Promise.allSettled([cancel(ownerId, orderId, stop), cancel(ownerId, orderId, stop)])
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1)
    await shop.deliver()
    expect(await shop.count(sql`select count(*)::int as count from refunds where order_id = ${orderId}`)).toBe(1)
    expect(await illegalSteps(orderId)).toEqual([])
    expect(await shop.broken()).toEqual({})
  })

  test('when the process dies after the parcel was stopped, then the worker ends it, and the money goes back once', async () => {
    const variantId = await shop.sell(1)
    const { orderId, ownerId } = await shop.buy(variantId)
    await expect(cancel(ownerId, orderId, async (id) => {
      await shop.stopShipment(id)
      throw new Error('died')
    })).rejects.toThrow('died')
    expect((await shop.statusesOf(orderId)).at(-1)).toBe('paid')
    await Promise.all([sweepStopped(shop.database), sweepStopped(shop.rival), cancel(ownerId, orderId)])
    await shop.deliver()
    expect(await shop.statusesOf(orderId)).toEqual(['pending', 'paid', 'cancelled', 'refunded'])
    expect(await shop.count(sql`select count(*)::int as count from refunds where order_id = ${orderId}`)).toBe(1)
    expect((await shop.stockOf(variantId)).onHand).toBe(1)
    expect(await shop.broken()).toEqual({})
  })

  test('when one of those that the worker ends cannot be ended, then the others are, and it is told', async () => {
    const stopped = await Promise.all([0, 1].map(async () => {
      const { orderId } = await shop.buy(await shop.sell(1))
      await shop.stopShipment(orderId)
      return orderId
    }))
    const [poisoned, other] = stopped as [string, string]
    await shop.database.fresh(db => db.execute(sql`update payments set state = 'created' where order_id = ${poisoned}`))
    const failed: string[] = []
    await sweepStopped(shop.database, { onError: id => failed.push(id) })
    expect(failed).toEqual([poisoned])
    expect((await shop.statusesOf(other)).at(-1)).toBe('cancelled')
    await shop.database.fresh(db => db.execute(sql`update payments set state = 'captured' where order_id = ${poisoned}`))
    await sweepStopped(shop.database)
    expect((await shop.statusesOf(poisoned)).at(-1)).toBe('cancelled')
  })

  test('when the sale is booked after it, then the thing is on the shelf once', async () => {
    const variantId = await shop.sell(1)
    const { orderId, ownerId } = await shop.buy(variantId)
    await cancel(ownerId, orderId)
    const events = (await shop.eventsOf(orderId)).toReversed()
    for (const event of events) for (const subscriber of shop.subscribers.filter(one => one.name === 'stock-ledger' && one.events.includes(event.type))) await consume(shop.rival, subscriber, event)
    await shop.deliver()
    expect((await shop.stockOf(variantId)).onHand).toBe(1)
    expect(await shop.broken()).toEqual({})
  })
})

test('a mail whose process dies when the mail server has it comes again as the same mail, and then no more', async () => {
  const { orderId } = await shop.buy(await shop.sell(1))
  const event = (await shop.eventsOf(orderId)).find(one => one.type === 'order.paid')!
  const sent: string[] = []
  const notifying = (database: Database) => notifications({ database, mailer: async ({ messageId }) => void sent.push(messageId), publicUrl: 'https://shop.example' })
  expect(await dyingAt(shop, 'mail-sent', mortal => consume(mortal, notifying(mortal), event))).toBe(true)
  await shop.timePasses()
  await consume(shop.database, notifying(shop.database), event)
  await consume(shop.rival, notifying(shop.rival), event)
  expect(sent).toEqual([sent[0], sent[0]])
})
