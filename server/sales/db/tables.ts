import { bigint, date, integer, pgTable } from 'drizzle-orm/pg-core'

export const salesDaily = pgTable('sales_daily', {
  day: date('day').primaryKey(),
  orders: integer('orders').notNull().default(0),
  units: integer('units').notNull().default(0),
  revenueMinor: bigint('revenue_minor', { mode: 'number' }).notNull().default(0),
  refundedMinor: bigint('refunded_minor', { mode: 'number' }).notNull().default(0),
})
