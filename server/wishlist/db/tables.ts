import { index, pgTable, primaryKey, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The owner is a user, or a guest's session. */
export const wishes = pgTable('wishes', {
  ownerId: uuid('owner_id').notNull(),
  productId: uuid('product_id').notNull(),
  addedAt: timestamp('added_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [
  primaryKey({ columns: [table.ownerId, table.productId] }),
  index('wishes_owner').on(table.ownerId, table.addedAt),
])
