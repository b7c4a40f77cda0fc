import { sql } from 'drizzle-orm'
import { bigserial, index, integer, jsonb, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

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
  index('outbox_subject').on(table.subject),
])

/** One row for each effect that an event has had: the consumer's memory. */
export const effects = pgTable('effects', {
  eventId: uuid('event_id').notNull(),
  effect: text('effect').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
  /** Set once what reaches outside the database is done as well; until then the event counts as missing here. */
  completedAt: timestamp('completed_at', { withTimezone: true }),
}, table => [primaryKey({ columns: [table.eventId, table.effect] })])

/** Events that one subscriber could not digest, kept where a person can read, mend and replay them. */
export const deadLetters = pgTable('dead_letters', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  eventId: uuid('event_id').notNull(),
  subscriber: text('subscriber').notNull(),
  type: text('type').notNull(),
  subject: text('subject').notNull(),
  /** What a replay delivers; a person may have mended it. */
  payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
  traceparent: text('traceparent'),
  error: text('error').notNull(),
  attempts: integer('attempts').notNull(),
  status: text('status', { enum: ['waiting', 'replaying', 'resolved', 'discarded'] }).notNull().default('waiting'),
  replays: integer('replays').notNull().default(0),
  firstFailedAt: timestamp('first_failed_at', { withTimezone: true }).notNull().defaultNow(),
  lastFailedAt: timestamp('last_failed_at', { withTimezone: true }).notNull().defaultNow(),
  /** The admin who last decided over it. */
  decidedBy: uuid('decided_by'),
  decidedAt: timestamp('decided_at', { withTimezone: true }),
}, table => [
  unique('dead_letters_once').on(table.eventId, table.subscriber),
  index('dead_letters_open').on(table.status, table.id),
])
