import { sql } from 'drizzle-orm'
import { bigserial, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** What changed of what is cached, written by triggers in the transaction that changed it. Rows leave after an hour. */
export const cacheChanges = pgTable('cache_changes', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  /** As `product:<slug>` or `catalogue`; null stands for everything. */
  tags: text('tags').array(),
  at: timestamp('at', { withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  /** When every edge in front of us had dropped it. */
  purgedAt: timestamp('purged_at', { withTimezone: true }),
}, table => [
  index('cache_changes_at').on(table.at),
  index('cache_changes_unpurged').on(table.id).where(sql`purged_at is null`),
])
