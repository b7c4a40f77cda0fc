import { sql } from 'drizzle-orm'
import { orderSnapshot } from '../orders/index.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { salesDaily } from './db/tables.ts'

/**
 * The day's figures, counted where the order was placed (UTC); each refund with its own amount. Money that came late for
 * an order that had failed is no sale, and its way back no refund of one. A counter shows at once when an event takes effect twice.
 */
export const salesFigures: Subscriber = {
  name: 'sales-figures',
  events: ['order.paid', 'order.refunded', 'order.partly-refunded'],
  async apply(tx, { type, payload }) {
    const order = orderSnapshot.parse(payload)
    if (order.status === 'pending' || order.status === 'payment-failed') return
    const paid = type === 'order.paid'
    const row = {
      day: order.placedAt.slice(0, 10),
      orders: paid ? 1 : 0,
      units: paid ? order.lines.reduce((sum, line) => sum + line.quantity, 0) : 0,
      revenueMinor: paid ? order.totalMinor : 0,
      refundedMinor: paid ? 0 : order.amountMinor ?? order.refundedMinor,
    }
    await tx.insert(salesDaily).values(row).onConflictDoUpdate({
      target: salesDaily.day,
      set: {
        orders: sql`${salesDaily.orders} + excluded.orders`,
        units: sql`${salesDaily.units} + excluded.units`,
        revenueMinor: sql`${salesDaily.revenueMinor} + excluded.revenue_minor`,
        refundedMinor: sql`${salesDaily.refundedMinor} + excluded.refunded_minor`,
      },
    })
  },
}
