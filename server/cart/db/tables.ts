import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'

/** The owner is a user, or a guest's session; their lines are the cart. */
export const cartItems = pgTable('cart_items', {
  id: uuid('id').primaryKey().defaultRandom(),
  ownerId: uuid('owner_id').notNull(),
  variantId: uuid('variant_id').notNull(),
  quantity: integer('quantity').notNull(),
  addedAt: timestamp('added_at', { withTimezone: true }).notNull().defaultNow(),
  /** The price in pence that its shopper saw when they added it. */
  seenPriceMinor: integer('seen_price_minor'),
  /** What the shopper had wanted, when the shop lowered the quantity to what was left. */
  reducedFrom: integer('reduced_from'),
}, table => [
  unique('cart_items_once').on(table.ownerId, table.variantId),
  index('cart_items_owner').on(table.ownerId, table.addedAt),
  check('cart_items_quantity', sql`quantity between 1 and 99`),
])

/** The promo code that stands with a cart, also while it does nothing. */
export const cartPromos = pgTable('cart_promos', {
  ownerId: uuid('owner_id').primaryKey(),
  code: text('code').notNull(),
  addedAt: timestamp('added_at', { withTimezone: true }).notNull().defaultNow(),
})
