import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

/** The owner is a user, or a guest's session; their lines are the cart. */
export const cartItems = pgTable('cart_items', {
  id: uuid('id').primaryKey().defaultRandom(),
  ownerId: uuid('owner_id').notNull(),
  variantId: uuid('variant_id').notNull(),
  quantity: integer('quantity').notNull(),
  addedAt: timestamp('added_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [
  unique('cart_items_once').on(table.ownerId, table.variantId),
  index('cart_items_owner').on(table.ownerId, table.addedAt),
  check('cart_items_quantity', sql`quantity between 1 and 99`),
])
