import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, test } from 'vitest'
import { followOrder } from '../../server/orders/follow-order.ts'
import { listEvents } from '../../server/orders/db/queries.ts'
import { orderProgress } from '../../server/orders/subscribers.ts'
import type { Database } from '../../server/platform/db/database.ts'
import type { DomainEvent } from '../../server/platform/outbox/append-event.ts'
import { startRelay } from '../../server/platform/outbox/relay.ts'
import { consume, type Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { type Listener, startListener } from '../../server/platform/realtime/listener.ts'
import { createLog } from '../../server/platform/telemetry/log.ts'
import { salesFigures } from '../../server/sales/index.ts'
import { happen } from '../harness/outbox.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { proof } from '../harness/proof.ts'
import { dyingAt } from '../harness/races.ts'
import { until } from '../harness/shopper.ts'
import { consumeWithoutRecord } from '../naive/consume-without-record.ts'
import { followLiveOnly } from '../naive/follow-live-only.ts'
import { commitThenPublish } from '../naive/publish-after-commit.ts'

let shop: OwnShop
let listener: Listener
const log = createLog('silent')
beforeAll(async () => {
  shop = await startOwnShop()
  listener = startListener(shop.database.primary, log)
  await shop.database.fresh(db => db.execute(sql`create table naive_orders (id uuid primary key)`))
  // From here on nothing that is told is missed for want of a connection.
  let hears = false
  listener.on('order_events', () => void (hears = true))
  await until(async () => {
    await shop.database.fresh(db => db.execute(sql`select pg_notify('order_events', 'nobody')`))
    return hears
  }, Boolean)
})
afterAll(async () => {
  await listener?.stop()
  await shop?.stop()
})

/** Somebody who wants to hear of every order, and the queue in front of them. */
const ears: Subscriber = { name: 'ears', events: ['order.placed'], apply: async () => {} }

interface Publisher {
  place(mortal: Database): Promise<unknown>
  /** A worker that dies when it has told the queue and not yet written that down. */
  dieWhilePublishing(published: string[]): Promise<unknown>
  restart(published: string[]): Promise<void>
  placed(): Promise<number>
}

function relayOn(database: Database, published: string[]) {
  return startRelay({ database, subscribers: [ears], log, queueOf: () => ({ add: async jobs => void published.push(...jobs.map(job => (job.data as DomainEvent).subject)) }) })
}

test('without an outbox an order whose process dies after the commit is heard of by nobody', () => proof<Publisher>({
  pattern: 'outbox',
  claim: 'When the process dies between the commit and the queue, and the worker right after the queue has heard, no event is lost.',
  real: {
    async place(mortal) {
      const ownerId = await shop.shopperWith(await shop.sell(1))
      const { id } = await shop.checkout(ownerId)
      await shop.pay(ownerId, id, { database: mortal })
    },
    async dieWhilePublishing(published) {
      let relay: ReturnType<typeof startRelay> | undefined
      await dyingAt(shop, 'events-published', (mortal) => {
        relay = relayOn(mortal, published)
        return new Promise(() => {})
      })
      void relay?.stop()
    },
    async restart(published) {
      const relay = relayOn(shop.database, published)
      await until(() => shop.count(sql`select count(*)::int as count from outbox where published_at is null`), waiting => waiting === 0)
      await relay.stop()
    },
    placed: () => shop.count(sql`select count(*)::int as count from orders`),
  },
  naive: {
    place(mortal) {
      const event: DomainEvent = { id: crypto.randomUUID(), type: 'order.placed', subject: crypto.randomUUID(), payload: {} }
      return commitThenPublish(mortal, { add: async () => {} }, async tx => void await tx.execute(sql`insert into naive_orders values (${event.subject})`), event)
    },
    dieWhilePublishing: async () => {},
    restart: async () => {},
    placed: () => shop.count(sql`select count(*)::int as count from naive_orders`),
  },
  async check({ place, dieWhilePublishing, restart, placed }) {
    const published: string[] = []
    for (let order = 0; order < 5; order++) await dyingAt(shop, 'order-committed', place)
    await dieWhilePublishing(published)
    await restart(published)
    const orders = await placed()
    return { violations: orders - new Set(published).size, orders, publications: published.length }
  },
}))

const deaths = ['effect-applied', 'effect-committed', 'effect-completed'] as const

test('without the consumer\'s record an event that is delivered again is counted again', () => proof({
  pattern: 'idempotent-consumer',
  claim: 'A consumer that dies before, at or after its commit counts each order once.',
  real: consume as (database: Database, subscriber: Subscriber, event: DomainEvent) => Promise<unknown>,
  naive: consumeWithoutRecord,
  async check(handle) {
    await shop.database.fresh(db => db.execute(sql`truncate sales_daily`))
    const counting: Subscriber = { ...salesFigures, after: async () => {} }
    for (const death of deaths) {
      const { orderId } = await shop.buy(await shop.sell(1))
      const event = (await shop.eventsOf(orderId)).find(one => one.type === 'order.paid')!
      await dyingAt(shop, death, mortal => handle(mortal, counting, event))
      await handle(shop.database, counting, event)
    }
    const counted = await shop.count(sql`select coalesce(sum(orders), 0)::int as count from sales_daily`)
    return { violations: Math.abs(counted - deaths.length), orders: deaths.length, counted }
  },
}))

type Send = (message: { id: string }) => Promise<unknown>

test('without resuming, what happens while nobody listens is never heard', () => proof({
  pattern: 'server-sent-events',
  claim: 'Somebody who comes back hears every step that they missed, in order.',
  real: (orderId: string, afterId: number, send: Send) => followOrder({ database: shop.database, listener }, orderId, { afterId, send, ping: async () => {} }),
  naive: (orderId: string, _: number, send: Send) => followLiveOnly({ database: shop.database, listener }, orderId, { send }),
  async check(follow) {
    const { orderId } = await shop.buy(await shop.sell(1))
    const tell = (type: string) => happen(shop.rival, orderProgress, { type, subject: orderId, payload: { orderId, trackingNumber: null } })
    const seen = (await shop.database.fresh(db => listEvents(db, orderId))).map(event => Number(event.id))
    await tell('shipment.created')
    await tell('shipment.shipped')
    const heard: number[] = []
    const leave = follow(orderId, seen.at(-1)!, async message => heard.push(Number(message.id)))
    await tell('shipment.delivered')
    const all = (await shop.database.fresh(db => listEvents(db, orderId))).map(event => Number(event.id))
    await until(async () => heard, ids => ids.includes(all.at(-1)!))
    leave()
    const missed = all.filter(id => !seen.includes(id) && !heard.includes(id))
    return { violations: missed.length, steps: all.length - seen.length, heard: heard.length }
  },
}))
