import { sql } from 'drizzle-orm'
import type { PostgresCluster } from '../../scripts/launch/postgres.ts'
import { addQuantity } from '../../server/cart/db/queries.ts'
import type { Parcel } from '../../server/fulfilment/carrier.ts'
import { fulfilment, stopShipment } from '../../server/fulfilment/index.ts'
import { placeOrder } from '../../server/orders/place-order.ts'
import { startCheckout } from '../../server/orders/start-checkout.ts'
import { orderProgress, paymentProgress, refunds } from '../../server/orders/subscribers.ts'
import { type Database, openDatabase } from '../../server/platform/db/database.ts'
import type { DomainEvent } from '../../server/platform/outbox/append-event.ts'
import { consume, type Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { stockLedger } from '../../server/products/index.ts'
import { salesFigures } from '../../server/sales/index.ts'
import { ownServers, sharedServers } from './cluster.ts'
import { type FakeGateway, fakeGateway } from './fake-gateway.ts'
import { addProduct, product } from './fixtures.ts'
import { brokenInvariants } from './invariants.ts'

const address = { name: 'Ada Buyer', line1: '1 Quay Street', city: 'Bristol', postcode: 'BS1 4DJ', country: 'GB' as const }

/** Tests here play the carrier, and move an order by one step without what belongs to it. */
const playedByHand = ['one-parcel-a-paid-order', 'cancelled-orders-are-refunded', 'cancelled-orders-stay-here']

/** A carrier in memory: one parcel an order, and what has left cannot be stopped. */
function fakeCarrier() {
  const parcels = new Map<string, Parcel & { stopped: boolean, left: boolean }>()
  return {
    parcels,
    async hand({ orderId }: { orderId: string }) {
      const parcel = parcels.get(orderId) ?? { id: orderId, trackingNumber: `T-${orderId.slice(0, 8)}`, status: 'label-created', stopped: false, left: false }
      parcels.set(orderId, parcel)
      return parcel
    },
    async stop(parcelId: string) {
      const parcel = parcels.get(parcelId)
      if (!parcel || parcel.left) return false
      parcel.stopped = true
      return true
    },
  }
}

type EventRow = Pick<DomainEvent, 'id' | 'type' | 'subject' | 'payload'>

export interface OwnShop {
  primaryUrl: string
  /** Servers of its own, with a standby: there when it was asked for. */
  cluster: PostgresCluster | null
  /** The door of the process under test, and that of its rival. */
  database: Database
  rival: Database
  gateway: FakeGateway
  carrier: ReturnType<typeof fakeCarrier>
  deps: { database: Database, gateway: FakeGateway }
  subscribers: Subscriber[]
  stopShipment: ReturnType<typeof stopShipment>
  /** Puts something on sale in one colour; answers its variant. */
  sell(units: number): Promise<string>
  /** A new shopper with these things in the cart. */
  shopperWith(...variantIds: string[]): Promise<string>
  checkout(ownerId: string, options?: { database?: Database, holdMs?: number }): ReturnType<typeof startCheckout>
  pay(ownerId: string, checkoutId: string, options?: { key?: string, database?: Database, paymentMethod?: string, waitMs?: number, email?: string }): ReturnType<typeof placeOrder>
  /** An order of one unit, paid in the ordinary way. */
  buy(variantId: string): Promise<{ ownerId: string, orderId: string }>
  /** Lets every event have its effects, and those that come of them, until nothing waits; `times` each. */
  deliver(options?: { times?: number, subscribers?: readonly Subscriber[] }): Promise<number>
  /** A minute goes by for everybody who waits for a silent one: keys, payments, mails and orders are that much older. */
  timePasses(): Promise<void>
  eventsOf(orderId: string): Promise<DomainEvent[]>
  count(query: ReturnType<typeof sql>): Promise<number>
  statusesOf(orderId: string): Promise<string[]>
  stockOf(variantId: string): Promise<{ onHand: number, reserved: number, sold: number, restocked: number }>
  broken(): Promise<Record<string, number>>
  stop(): Promise<void>
}

/**
 * The shop's own code in this process, with a gateway and a carrier in memory. Name races with the rival's `application_name`,
 * `rival-write`. Its database is one on the project's cluster; `replica` gives it servers of its own, which a test may break.
 */
export async function startOwnShop({ replica = false } = {}): Promise<OwnShop> {
  const { primaryUrl, replicaUrl, cluster, end } = await (replica ? ownServers({ replica }) : sharedServers({ replica, template: 'empty' }))
  const open = (name: string) => openDatabase({ primaryUrl, replicaUrl: replicaUrl ?? undefined, poolMax: 6, replicaMaxLagMs: 60_000, name, statementTimeoutMs: 20_000, connectTimeoutMs: 20_000 })
  const [database, rival] = [open('test'), open('rival')]
  const [gateway, carrier] = [fakeGateway(), fakeCarrier()]
  const deps = { database, gateway }
  const subscribers: Subscriber[] = [stockLedger, fulfilment({ database, carrier }), salesFigures, orderProgress, paymentProgress(deps), refunds(deps)]
  const rows = async <T extends Record<string, unknown>>(query: ReturnType<typeof sql>) => (await database.fresh(db => db.execute<T>(query))).rows

  const shop: OwnShop = {
    primaryUrl, cluster, database, rival, gateway, carrier, deps, subscribers,
    stopShipment: stopShipment({ database, carrier }),
    sell: async units => (await addProduct(database, product(`thing-${crypto.randomUUID().slice(0, 8)}`, { stock: units, colours: ['Salt'] })))[0]!,
    async shopperWith(...variantIds) {
      const ownerId = crypto.randomUUID()
      for (const variantId of variantIds) await database.fresh(db => addQuantity(db, ownerId, variantId, 1))
      return ownerId
    },
    checkout: async (ownerId, { database: db = database, holdMs = 900_000 } = {}) => (await db.write(tx => startCheckout(tx, { ownerId, holdMs }))).result,
    pay: (ownerId, checkoutId, { key = 'key', database: db = database, paymentMethod = 'pm_card_visa', waitMs = 300, email = 'ada@example.com' } = {}) => placeOrder({ database: db, gateway, waitMs }, {
      ownerId, key, body: { checkoutId, email, address, shippingMethod: 'standard', paymentMethod },
    }),
    async buy(variantId) {
      const ownerId = await shop.shopperWith(variantId)
      const { id } = await shop.checkout(ownerId)
      const { order } = await shop.pay(ownerId, id)
      return { ownerId, orderId: order.id }
    },
    async deliver({ times = 1, subscribers: some = subscribers } = {}) {
      let delivered = 0
      for (;;) {
        const waiting = await rows<EventRow & { place: number }>(sql`
          update outbox set published_at = clock_timestamp() where published_at is null
          returning event_id as id, type, subject, payload, outbox.id::int as place`)
        if (waiting.length === 0) return delivered
        for (const event of waiting.toSorted((a, b) => a.place - b.place)) {
          for (const subscriber of some.filter(one => one.events.includes(event.type))) {
            for (let time = 0; time < times; time++) await consume(database, subscriber, event)
          }
          delivered += 1
        }
      }
    },
    async timePasses() {
      for (const [table, column] of [['idempotency_keys', 'locked_until'], ['payments', 'updated_at'], ['mails', 'claimed_until'], ['orders', 'placed_at']] as const) {
        await database.fresh(db => db.execute(sql.raw(`update ${table} set ${column} = ${column} - interval '1 minute'`)))
      }
    },
    eventsOf: orderId => rows<EventRow>(sql`select event_id as id, type, subject, payload from outbox where subject = ${orderId} order by id`),
    count: async query => (await rows<{ count: number }>(query))[0]!.count,
    statusesOf: async orderId => (await rows<{ status: string }>(sql`select status from order_events where order_id = ${orderId} order by id`)).map(row => row.status),
    stockOf: async variantId => (await rows<{ onHand: number, reserved: number, sold: number, restocked: number }>(sql`
      select on_hand as "onHand", reserved, sold, restocked from stock where variant_id = ${variantId}`))[0]!,
    async broken() {
      const found = await brokenInvariants(database, async () => gateway.ledger(), { settleMs: 0, atRest: false })
      return Object.fromEntries(Object.entries(found).filter(([name]) => !playedByHand.includes(name)))
    },
    async stop() {
      await Promise.all([database.close(), rival.close()])
      await end()
    },
  }
  return shop
}
