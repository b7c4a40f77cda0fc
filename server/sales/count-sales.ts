import { sql } from 'drizzle-orm'
import { orderSnapshot } from '../orders/index.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { salesDaily } from './db/tables.ts'

/** The day's figures, counted where the order was placed (UTC). A counter shows at once when an event takes effect twice. */
export const salesFigures: Subscriber = {
  name: 'sales-figures',
  events: ['order.paid', 'order.refunded'],
  async apply(tx, { type, payload }) {
    const order = orderSnapshot.parse(payload)
    const paid = type === 'order.paid'
    const row = {
      day: order.placedAt.slice(0, 10),
      orders: paid ? 1 : 0,
      units: paid ? order.lines.reduce((sum, line) => sum + line.quantity, 0) : 0,
      revenueMinor: paid ? order.totalMinor : 0,
      refundedMinor: paid ? 0 : order.refundedMinor,
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
