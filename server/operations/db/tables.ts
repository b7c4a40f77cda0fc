import { integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** The last look at each invariant, written by whichever worker looked. */
export const invariantChecks = pgTable('invariant_checks', {
  name: text('name').primaryKey(),
  broken: integer('broken').notNull(),
  /** Some ids that break it, for whoever must look. */
  sample: jsonb('sample').$type<string[]>().notNull(),
  tookMs: integer('took_ms').notNull(),
  checkedAt: timestamp('checked_at', { withTimezone: true }).notNull(),
  /** Since when it has been broken without a break; null while it holds. */
  brokenSince: timestamp('broken_since', { withTimezone: true }),
})
