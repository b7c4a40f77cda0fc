import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { promotionKinds } from '../../../shared/promotions.ts'

const now = sql`clock_timestamp()`
const moment = (name: string) => timestamp(name, { withTimezone: true })

export const promotions = pgTable('promotions', {
  id: uuid('id').primaryKey().defaultRandom(),
  /** As `normaliseCode` writes it. */
  code: text('code').notNull(),
  kind: text('kind', { enum: promotionKinds }).notNull(),
  /** Percent, or pence; 0 for free delivery. */
  value: integer('value').notNull(),
  minimumMinor: integer('minimum_minor').notNull().default(0),
  totalLimit: integer('total_limit'),
  perShopperLimit: integer('per_shopper_limit'),
  startsAt: moment('starts_at'),
  endsAt: moment('ends_at'),
  active: boolean('active').notNull().default(true),
  /** Orders that have it now. */
  used: integer('used').notNull().default(0),
  createdAt: moment('created_at').notNull().default(now),
}, table => [
  unique('promotions_code').on(table.code),
  index('promotions_newest').on(table.createdAt, table.id),
  check('promotions_value', sql`case kind when 'percentage' then value between 1 and 90 when 'amount' then value >= 1 else value = 0 end`),
  check('promotions_used', sql`used >= 0 and (total_limit is null or used <= total_limit)`),
])

/** How often one shopper has a code, by each of the names that they are known by. */
export const promotionShoppers = pgTable('promotion_shoppers', {
  promotionId: uuid('promotion_id').notNull().references(() => promotions.id),
  /** `owner:` and an account's or a guest's id, or `email:` and the hash of an address. */
  identity: text('identity').notNull(),
  used: integer('used').notNull(),
}, table => [
  primaryKey({ columns: [table.promotionId, table.identity] }),
  check('promotion_shoppers_used', sql`used >= 0`),
])

/** One use of a code by one order: taken with it, returned when the order comes to nothing. */
export const promotionRedemptions = pgTable('promotion_redemptions', {
  orderId: uuid('order_id').primaryKey(),
  promotionId: uuid('promotion_id').notNull().references(() => promotions.id),
  identities: text('identities').array().notNull(),
  state: text('state', { enum: ['taken', 'returned'] }).notNull().default('taken'),
  takenAt: moment('taken_at').notNull().default(now),
  returnedAt: moment('returned_at'),
}, table => [
  index('promotion_redemptions_promotion').on(table.promotionId),
  index('promotion_redemptions_identities').using('gin', table.identities),
])
