import { and, eq, inArray } from 'drizzle-orm'
import { type OrderDesk, orderSnapshot, type StopShipment } from '../orders/index.ts'
import type { Executor } from '../platform/db/connect.ts'
import type { Database } from '../platform/db/database.ts'
import { appendEvent } from '../platform/outbox/append-event.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { writeInTrace } from '../platform/telemetry/trace-context.ts'
import type { Carrier } from './carrier.ts'
import { shipments } from './db/tables.ts'
import { carrierUnavailable, notHandedOver } from './errors.ts'

interface FulfilmentDeps { database: Pick<Database, 'fresh' | 'write'>, carrier: Carrier }

/** A paid order is handed to the carrier: first the wish is written, then the carrier asked under the order's own key, then its answer kept. */
export function fulfilment({ database, carrier }: FulfilmentDeps): Subscriber {
  return {
    name: 'fulfilment',
    events: ['order.paid'],
    async apply(tx, { payload }) {
      // A cancelled order has left its mark here already, and is not sent.
      await tx.insert(shipments).values({ orderId: orderSnapshot.parse(payload).orderId }).onConflictDoNothing()
    },
    async after({ payload, traceparent }) {
      await hand({ database: { fresh: database.fresh, write: writeInTrace(database.write, traceparent) }, carrier }, orderSnapshot.parse(payload))
    },
  }
}

/** Asks the carrier to take what is wished for, and keeps its answer; what was handed over or stopped before stays as it is. */
async function hand({ database, carrier }: FulfilmentDeps, order: Parameters<Carrier['hand']>[0]): Promise<void> {
  const { orderId } = order
  const row = await database.fresh(db => findShipment(db, orderId))
  if (row?.status !== 'requested') return
  const parcel = await carrier.hand(order)
  await database.write(async (tx) => {
    const moved = await tx.update(shipments).set({ status: 'created', carrierId: parcel.id, trackingNumber: parcel.trackingNumber })
      .where(and(eq(shipments.orderId, orderId), eq(shipments.status, 'requested'))).returning()
    if (moved.length > 0) await appendEvent(tx, { type: 'shipment.created', subject: orderId, payload: { orderId, trackingNumber: parcel.trackingNumber } })
  })
}

async function findShipment(db: Pick<Executor, 'select'>, orderId: string) {
  const [row] = await db.select().from(shipments).where(eq(shipments.orderId, orderId))
  return row
}

/**
 * The same at once and by a person's word, whatever became of the shop's own try: one order's key is one parcel.
 * @throws {AppError} 503 `fulfilment/not-handed-over`
 */
export function handOver({ database, carrier }: FulfilmentDeps): OrderDesk['handOver'] {
  return async (order) => {
    await database.fresh(db => db.insert(shipments).values({ orderId: order.orderId }).onConflictDoNothing())
    await hand({ database, carrier }, order).catch(() => {
      throw notHandedOver()
    })
    return (await database.fresh(db => findShipment(db, order.orderId)))!
  }
}

/** How an order's parcel stands; null before anybody has asked for one. */
export const findParcel: OrderDesk['findParcel'] = async (db, orderId) => {
  const row = await findShipment(db, orderId)
  return row ? { status: row.status, trackingNumber: row.trackingNumber, createdAt: row.createdAt.toISOString() } : null
}

/**
 * Keeps a parcel from leaving: before the carrier knows of it by a mark of ours, after that by asking the carrier.
 * @throws {AppError} 503 `fulfilment/carrier-unavailable`
 */
export function stopShipment({ database, carrier }: FulfilmentDeps): StopShipment {
  const askToStop = (parcelId: string) => carrier.stop(parcelId).catch(() => {
    throw carrierUnavailable()
  })
  return async (orderId) => {
    await database.fresh(db => db.insert(shipments).values({ orderId, status: 'cancelled' }).onConflictDoNothing())
    const row = await database.fresh(db => findShipment(db, orderId))
    if (!row || row.status === 'cancelled') return 'stopped'
    if (row.status === 'requested' || !row.carrierId) return 'busy'
    if (row.status !== 'created' || !await askToStop(row.carrierId)) return 'shipped'
    await database.fresh(db => db.update(shipments).set({ status: 'cancelled' }).where(and(eq(shipments.orderId, orderId), eq(shipments.status, 'created'))))
    return 'stopped'
  }
}

const newsOf = {
  'shipment.shipped': { status: 'shipped', from: ['requested', 'created'] },
  'shipment.delivered': { status: 'delivered', from: ['requested', 'created', 'shipped'] },
  // We asked for it and died before the answer, or the carrier cannot carry it.
  'shipment.cancelled': { status: 'cancelled', from: ['requested', 'created'] },
} as const

/** Writes down what the carrier tells, forward only, and passes it on; repeated and late news change nothing. */
export async function recordNews(database: Pick<Database, 'write'>, type: string, { orderId, trackingNumber }: { orderId: string, trackingNumber: string }) {
  const news = newsOf[type as keyof typeof newsOf]
  if (!news) return
  await database.write(async (tx) => {
    const moved = await tx.update(shipments).set({ status: news.status, trackingNumber })
      .where(and(eq(shipments.orderId, orderId), inArray(shipments.status, [...news.from]))).returning()
    if (moved.length > 0) await appendEvent(tx, { type, subject: orderId, payload: { orderId, trackingNumber } })
  })
}
