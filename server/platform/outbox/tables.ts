import { sql } from 'drizzle-orm'
import { bigserial, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** What happened, written in the transaction that made it happen. */
export const outbox = pgTable('outbox', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  eventId: uuid('event_id').notNull().unique().defaultRandom(),
  type: text('type').notNull(),
  subject: text('subject').notNull(),
  payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
  traceparent: text('traceparent'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  publishedAt: timestamp('published_at', { withTimezone: true }),
  publications: integer('publications').notNull().default(0),
}, table => [
  index('outbox_unpublished').on(table.id).where(sql`published_at is null`),
  index('outbox_published').on(table.publishedAt),
])

/** One row for each effect that an event has had: the consumer's memory. */
export const effects = pgTable('effects', {
  eventId: uuid('event_id').notNull(),
  effect: text('effect').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
}, table => [primaryKey({ columns: [table.eventId, table.effect] })])
