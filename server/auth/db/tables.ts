import { sql } from 'drizzle-orm'
import { customType, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

export const users = pgTable('users', {
  id: uuid('id').primaryKey().defaultRandom(),
  email: text('email').notNull().unique(),
  name: text('name').notNull(),
  passwordHash: text('password_hash').notNull(),
  role: text('role', { enum: ['shopper', 'admin'] }).notNull().default('shopper'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

/** Guests have one too, once they have something to remember; only the token's hash is kept. */
export const sessions = pgTable('sessions', {
  id: uuid('id').primaryKey().defaultRandom(),
  tokenHash: bytes('token_hash').notNull().unique(),
  userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
  device: text('device').notNull().default(''),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }).notNull().defaultNow(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
}, table => [
  index('sessions_user').on(table.userId),
  index('sessions_expiry').on(table.expiresAt),
  index('sessions_idle').on(table.lastSeenAt).where(sql`user_id is not null`),
])

/** Browsers that logged in, each by the hash of a token that outlives the session, known to the account that used it last; see `throttle.ts`. */
export const knownDevices = pgTable('known_devices', {
  deviceHash: bytes('device_hash').primaryKey(),
  userId: uuid('user_id').notNull().references(() => users.id, { onDelete: 'cascade' }),
  lastLoginAt: timestamp('last_login_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [
  index('known_devices_user').on(table.userId),
  index('known_devices_age').on(table.lastLoginAt),
])

/**
 * Tries that were charged and did not succeed. An account is the hash of the address that was typed, whether there is one
 * or not; the device is a known one, or empty for all others together.
 */
export const loginFailures = pgTable('login_failures', {
  accountHash: bytes('account_hash').notNull(),
  deviceHash: bytes('device_hash').notNull(),
  failures: integer('failures').notNull(),
  lastTriedAt: timestamp('last_tried_at', { withTimezone: true }).notNull(),
  blockedUntil: timestamp('blocked_until', { withTimezone: true }).notNull(),
}, table => [
  primaryKey({ columns: [table.accountHash, table.deviceHash] }),
  index('login_failures_age').on(table.lastTriedAt),
])

/** One row for each request, also for an address that nobody has: the answer costs the same. The token exists from the mail on, as its hash. */
export const passwordResets = pgTable('password_resets', {
  id: uuid('id').primaryKey().defaultRandom(),
  userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
  tokenHash: bytes('token_hash').unique(),
  requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().defaultNow(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  mailedAt: timestamp('mailed_at', { withTimezone: true }),
  usedAt: timestamp('used_at', { withTimezone: true }),
}, table => [
  index('password_resets_user').on(table.userId, table.requestedAt),
  index('password_resets_expiry').on(table.expiresAt),
])
