import { sql } from 'drizzle-orm'
import { bigserial, boolean, check, index, integer, jsonb, pgSequence, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { orderStatuses, type Address, type SoldLine } from '../../../shared/schemas/orders.ts'
import type { WeighedCode } from '../../promotions/index.ts'

const now = sql`clock_timestamp()`

/** A priced cart with its stock held; the hold has the checkout's id. */
export const checkouts = pgTable('checkouts', {
  id: uuid('id').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  status: text('status', { enum: ['open', 'ordered', 'replaced', 'expired', 'abandoned'] }).notNull().default('open'),
  lines: jsonb('lines').$type<SoldLine[]>().notNull(),
  subtotalMinor: integer('subtotal_minor').notNull(),
  /** What the cart's code was worth; kept as it was shown, for as long as the hold. */
  promo: jsonb('promo').$type<WeighedCode>(),
  currency: text('currency').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().default(now),
}, table => [index('checkouts_owner').on(table.ownerId, table.status)])

export const orderNumbers = pgSequence('order_numbers', { startWith: 100_001 })

export const orders = pgTable('orders', {
  id: uuid('id').primaryKey(),
  number: text('number').notNull().unique().default(sql`'MS-' || nextval('order_numbers')`),
  ownerId: uuid('owner_id').notNull(),
  /** In a guest's confirmation link. Kept as it is: whoever reads this row has the order already. */
  accessToken: text('access_token').notNull(),
  checkoutId: uuid('checkout_id').notNull().unique(),
  status: text('status', { enum: orderStatuses }).notNull().default('pending'),
  email: text('email').notNull(),
  address: jsonb('address').$type<Address>().notNull(),
  shippingMethod: text('shipping_method').notNull(),
  subtotalMinor: integer('subtotal_minor').notNull(),
  promoCode: text('promo_code'),
  discountMinor: integer('discount_minor').notNull().default(0),
  shippingMinor: integer('shipping_minor').notNull(),
  taxMinor: integer('tax_minor').notNull(),
  totalMinor: integer('total_minor').notNull(),
  refundedMinor: integer('refunded_minor').notNull().default(0),
  currency: text('currency').notNull(),
  trackingNumber: text('tracking_number'),
  placedAt: timestamp('placed_at', { withTimezone: true }).notNull().default(now),
}, table => [
  index('orders_owner').on(table.ownerId, table.placedAt, table.id),
  index('orders_pending').on(table.placedAt).where(sql`status = 'pending'`),
  index('orders_newest').on(table.placedAt, table.id),
  index('orders_status').on(table.status, table.placedAt, table.id),
  index('orders_email').using('gin', table.email.op('gin_trgm_ops')),
  index('orders_name').using('gin', sql`(address ->> 'name') gin_trgm_ops`),
  check('orders_add_up', sql`total_minor = subtotal_minor - discount_minor + shipping_minor and discount_minor between 0 and subtotal_minor and refunded_minor between 0 and total_minor`),
])

export const orderLines = pgTable('order_lines', {
  orderId: uuid('order_id').notNull().references(() => orders.id, { onDelete: 'cascade' }),
  position: integer('position').notNull(),
  line: jsonb('line').$type<SoldLine>().notNull(),
}, table => [primaryKey({ columns: [table.orderId, table.position] })])

/** The order's life, one row a step; what the shopper sees as its timeline. */
export const orderEvents = pgTable('order_events', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  orderId: uuid('order_id').notNull().references(() => orders.id, { onDelete: 'cascade' }),
  type: text('type').notNull(),
  status: text('status', { enum: orderStatuses }).notNull(),
  cause: text('cause').notNull(),
  detail: jsonb('detail').$type<Record<string, string>>(),
  at: timestamp('at', { withTimezone: true }).notNull().default(now),
}, table => [index('order_events_order').on(table.orderId, table.id)])

/** What those who run the shop tell each other about an order; no shopper reads it. The author's name is kept as it was. */
export const orderNotes = pgTable('order_notes', {
  id: uuid('id').primaryKey().defaultRandom(),
  orderId: uuid('order_id').notNull().references(() => orders.id, { onDelete: 'cascade' }),
  authorId: uuid('author_id').notNull(),
  author: text('author').notNull(),
  body: text('body').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull().default(now),
}, table => [index('order_notes_order').on(table.orderId, table.at)])

/** Answers given under an `Idempotency-Key`, kept for 24 hours. */
export const idempotencyKeys = pgTable('idempotency_keys', {
  ownerId: uuid('owner_id').notNull(),
  key: text('key').notNull(),
  fingerprint: text('fingerprint').notNull(),
  orderId: uuid('order_id').notNull(),
  /** Until then whoever inserted the row is at work; after that another may take over. */
  lockedUntil: timestamp('locked_until', { withTimezone: true }).notNull(),
  status: integer('status'),
  body: jsonb('body').$type<unknown>(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().default(now),
}, table => [
  unique('idempotency_keys_once').on(table.ownerId, table.key),
  index('idempotency_keys_age').on(table.createdAt),
])

/** What a shopper sends back after delivery. The money follows when the parcel is here. */
export const returns = pgTable('returns', {
  id: uuid('id').primaryKey(),
  orderId: uuid('order_id').notNull().references(() => orders.id, { onDelete: 'cascade' }),
  lines: jsonb('lines').$type<{ variantId: string, quantity: number }[]>().notNull(),
  reason: text('reason').notNull(),
  status: text('status', { enum: ['requested', 'received', 'rejected'] }).notNull().default('requested'),
  /** Put back on the shelf on arrival; what is damaged is not. */
  restocked: boolean('restocked').notNull().default(false),
  refundMinor: integer('refund_minor').notNull(),
  requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().default(now),
  closedAt: timestamp('closed_at', { withTimezone: true }),
  closedBy: uuid('closed_by'),
}, table => [
  index('returns_order').on(table.orderId),
  index('returns_closed').on(table.closedAt),
  index('returns_open').on(table.requestedAt).where(sql`status = 'requested'`),
])
