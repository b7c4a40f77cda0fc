/**
 * The only place where an order changes its status: one legal edge, one timeline row, one outbox event and one
 * wake-up for whoever is watching, in the caller's transaction.
 *
 * @pattern state-machine
 */
import { eq, sql } from 'drizzle-orm'
import type { OrderStatus } from '../../shared/schemas/orders.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { appendEvent } from '../platform/outbox/append-event.ts'
import { listLines, lockOrder, type OrderRow } from './db/queries.ts'
import { orderEvents, orders } from './db/tables.ts'
import type { OrderSnapshot } from './events.ts'
import { stepsBetween } from './order-states.ts'

export interface StatusChange { cause: string, trackingNumber?: string | null, detail?: Record<string, string> }

/** Moves an order forward; answers false, and does nothing, when no legal way leads there: late or repeated news. */
export async function changeStatus(tx: Transaction, orderId: string, to: OrderStatus, change: StatusChange): Promise<boolean> {
  const order = await lockOrder(tx, orderId)
  const steps = order ? stepsBetween(order.status, to) : []
  if (!order || steps.length === 0) return false
  const trackingNumber = change.trackingNumber ?? order.trackingNumber
  await tx.update(orders).set({ status: to, trackingNumber }).where(eq(orders.id, orderId))
  for (const status of steps) await recordStep(tx, { ...order, status, trackingNumber }, change)
  return true
}

/**
 * Money has gone back. All of it ends the order; a part is a step of the timeline that leaves the status as it is, and so
 * is what goes back for an order that never was paid in our books.
 */
export async function recordRefund(tx: Transaction, { orderId, amountMinor, reason }: { orderId: string, amountMinor: number, reason: string }) {
  const order = await lockOrder(tx, orderId)
  if (!order) return
  const refundedMinor = order.refundedMinor + amountMinor
  await tx.update(orders).set({ refundedMinor }).where(eq(orders.id, orderId))
  const change = { cause: reason, detail: { amountMinor: String(amountMinor) } }
  if (refundedMinor === order.totalMinor && await changeStatus(tx, orderId, 'refunded', change)) return
  await recordStep(tx, { ...order, refundedMinor }, change, 'order.partly-refunded')
}

/** Writes one step into the timeline and the outbox; the news carries the step's own amount and cause. */
export async function recordStep(tx: Transaction, order: OrderRow, { cause, detail }: Pick<StatusChange, 'cause' | 'detail'>, type = `order.${order.status === 'pending' ? 'placed' : order.status}`) {
  await tx.insert(orderEvents).values({ orderId: order.id, type, status: order.status, cause, detail })
  await appendEvent(tx, { type, subject: order.id, payload: { ...await snapshot(tx, order), cause, ...(detail?.amountMinor && { amountMinor: Number(detail.amountMinor) }) } })
  await tx.execute(sql`select pg_notify('order_events', ${order.id})`)
}

async function snapshot(tx: Transaction, order: OrderRow): Promise<OrderSnapshot> {
  return {
    orderId: order.id,
    number: order.number,
    status: order.status,
    holdId: order.checkoutId,
    email: order.email,
    address: order.address,
    shippingMethod: order.shippingMethod,
    lines: await listLines(tx, order.id),
    promoCode: order.promoCode,
    discountMinor: order.discountMinor,
    totalMinor: order.totalMinor,
    refundedMinor: order.refundedMinor,
    currency: order.currency,
    trackingNumber: order.trackingNumber,
    placedAt: order.placedAt.toISOString(),
  }
}
