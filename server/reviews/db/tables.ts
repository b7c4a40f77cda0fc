import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { reviewStatuses } from '../../../shared/schemas/reviews.ts'

const now = sql`clock_timestamp()`

/** The owner is who owns the order: a user, or a guest's session. */
export const reviews = pgTable('reviews', {
  id: uuid('id').primaryKey().defaultRandom(),
  productId: uuid('product_id').notNull(),
  ownerId: uuid('owner_id').notNull(),
  /** What shows that the author bought it; null for what came with the shop's history. */
  orderId: uuid('order_id'),
  rating: integer('rating').notNull(),
  title: text('title').notNull(),
  text: text('text').notNull(),
  name: text('name').notNull(),
  status: text('status', { enum: reviewStatuses }).notNull().default('pending'),
  /** Another one after each edit, so that nobody publishes what they have not read. */
  revision: integer('revision').notNull().default(1),
  helpful: integer('helpful').notNull().default(0),
  reason: text('reason'),
  decidedBy: uuid('decided_by'),
  decidedAt: timestamp('decided_at', { withTimezone: true }),
  writtenAt: timestamp('written_at', { withTimezone: true }).notNull().default(now),
}, table => [
  unique('reviews_once').on(table.ownerId, table.productId),
  index('reviews_newest').on(table.productId, table.writtenAt, table.id).where(sql`status = 'published'`),
  index('reviews_helpful').on(table.productId, table.helpful, table.id).where(sql`status = 'published'`),
  index('reviews_queue').on(table.status, table.writtenAt, table.id),
  check('reviews_rating', sql`rating between 1 and 5`),
  check('reviews_helpful_count', sql`helpful >= 0`),
])

/** One vote of a shopper each; `reviews.helpful` is their number. */
export const reviewVotes = pgTable('review_votes', {
  reviewId: uuid('review_id').notNull().references(() => reviews.id, { onDelete: 'cascade' }),
  ownerId: uuid('owner_id').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull().default(now),
}, table => [
  primaryKey({ columns: [table.reviewId, table.ownerId] }),
  index('review_votes_owner').on(table.ownerId),
])
