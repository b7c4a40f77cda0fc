import { index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * One payment an order. Its state only moves forward: `new` → `created` → `authorised` → `captured`, or aside to
 * `declined`, `abandoned` (we gave up; to be voided at the gateway) and `voided`.
 */
export const paymentStates = ['new', 'created', 'authorised', 'captured', 'declined', 'abandoned', 'voided'] as const

export const payments = pgTable('payments', {
  orderId: uuid('order_id').primaryKey(),
  state: text('state', { enum: paymentStates }).notNull().default('new'),
  intentId: text('intent_id').unique(),
  paymentMethod: text('payment_method').notNull(),
  amountMinor: integer('amount_minor').notNull(),
  currency: text('currency').notNull(),
  refundedMinor: integer('refunded_minor').notNull().default(0),
  declineReason: text('decline_reason'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [index('payments_state').on(table.state, table.updatedAt)])

/** Webhooks that were accepted: a repeated one is answered and forgotten. */
export const paymentWebhooks = pgTable('payment_webhooks', {
  id: text('id').primaryKey(),
  type: text('type').notNull(),
  receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
})
