import { sql } from 'drizzle-orm'
import { boolean, index, jsonb, pgTable, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { Address } from '../../../shared/schemas/orders.ts'

/** Where an account has things sent. No foreign key: the account is another domain's, which asks this one to erase. */
export const addresses = pgTable('addresses', {
  id: uuid('id').primaryKey().defaultRandom(),
  userId: uuid('user_id').notNull(),
  address: jsonb('address').$type<Address>().notNull(),
  isDefault: boolean('is_default').notNull().default(false),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [
  index('addresses_user').on(table.userId, table.createdAt),
  uniqueIndex('addresses_one_default').on(table.userId).where(sql`is_default`),
])
