import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

/**
 * One payment an order. Its state only moves on in this list: `new` → `created` → `confirming` (written before the bank is
 * asked, so that a later look asks first) → `authorised` → `captured`, or aside to `declined`, `abandoned` (we gave up;
 * to be voided at the gateway) and `voided`. `captured` is last: when the gateway has the money after all, that is the truth.
 */
export const paymentStates = ['new', 'created', 'confirming', 'authorised', 'declined', 'abandoned', 'voided', 'captured'] as const

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

/** Money on its way back; the id makes the gateway's key, so that asking twice is one refund. */
export const refunds = pgTable('refunds', {
  id: uuid('id').primaryKey(),
  orderId: uuid('order_id').notNull(),
  amountMinor: integer('amount_minor').notNull(),
  currency: text('currency').notNull(),
  cause: text('cause', { enum: ['cancelled', 'partial', 'returned', 'late-capture'] }).notNull(),
  reason: text('reason').notNull(),
  state: text('state', { enum: ['requested', 'done'] }).notNull().default('requested'),
  /** The admin who asked for it; none for what the shop decides by itself. */
  requestedBy: uuid('requested_by'),
  /** The things that it is for; null when it is for an amount, a cancellation or a return, which has lines of its own. */
  lines: jsonb('lines').$type<{ variantId: string, quantity: number }[]>(),
  /** Those things are back on the shelf. */
  restocked: boolean('restocked').notNull().default(false),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  doneAt: timestamp('done_at', { withTimezone: true }),
}, table => [
  index('refunds_order').on(table.orderId),
  check('refunds_amount', sql`amount_minor > 0`),
])

/** Where our books and the gateway's differ, as the reconciler saw it. */
export const paymentFindings = pgTable('payment_findings', {
  intentId: text('intent_id').notNull(),
  kind: text('kind').notNull(),
  orderId: uuid('order_id'),
  detail: jsonb('detail').$type<Record<string, string | number | null>>().notNull(),
  /** The shop put it right by itself; otherwise people must look. */
  mended: boolean('mended').notNull(),
  firstSeenAt: timestamp('first_seen_at', { withTimezone: true }).notNull().defaultNow(),
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }).notNull().defaultNow(),
  resolvedAt: timestamp('resolved_at', { withTimezone: true }),
}, table => [unique('payment_findings_once').on(table.intentId, table.kind)])
