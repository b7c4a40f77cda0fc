import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** One parcel an order. `requested`: the carrier may or may not have heard of it yet. */
export const shipments = pgTable('shipments', {
  orderId: uuid('order_id').primaryKey(),
  status: text('status', { enum: ['requested', 'created', 'shipped', 'delivered', 'cancelled'] }).notNull().default('requested'),
  carrierId: text('carrier_id').unique(),
  trackingNumber: text('tracking_number'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [index('shipments_status').on(table.status)])
