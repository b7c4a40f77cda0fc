import { sql } from 'drizzle-orm'
import { bigserial, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Who did what to whom, from where. No foreign keys: the record outlives the account. */
export const auditLog = pgTable('audit_log', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
  kind: text('kind').notNull(),
  /** Whose account or order it is about. */
  userId: uuid('user_id'),
  /** Who did it; nobody when they were not logged in. */
  actorId: uuid('actor_id'),
  /** Never more than the network: a /24, or a /48 of IPv6. */
  address: text('address'),
  requestId: text('request_id'),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
}, table => [
  index('audit_log_at').on(table.at),
  index('audit_log_user').on(table.userId, table.id),
  index('audit_log_order').on(sql`(detail ->> 'orderId')`, table.id).where(sql`detail ? 'orderId'`),
])
