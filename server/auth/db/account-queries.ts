import { and, eq, gt, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import { knownDevices, passwordResets, users } from './tables.ts'

const resetMinutes = 30
const deviceDays = 180
const recent = sql`now() - make_interval(days => ${deviceDays})`

/** The account behind an address, and whether this browser logged in to it before. */
export async function findLogin(db: Executor, { email, deviceHash }: { email: string, deviceHash: Buffer | null }) {
  const [row] = await db.select({
    id: users.id,
    email: users.email,
    name: users.name,
    role: users.role,
    passwordHash: users.passwordHash,
    known: sql<boolean>`${knownDevices.deviceHash} is not null`,
  }).from(users)
    .leftJoin(knownDevices, and(eq(knownDevices.userId, users.id), eq(knownDevices.deviceHash, deviceHash ?? Buffer.alloc(0)), gt(knownDevices.lastLoginAt, recent)))
    .where(eq(users.email, email))
  return row
}

export async function findUser(db: Executor, id: string) {
  const [row] = await db.select().from(users).where(eq(users.id, id))
  return row
}

/** Holds the account until the end of the transaction, so that what is written for it is not written for one that is being deleted; nothing when it is gone. */
export async function holdAccount(tx: Transaction, userId: string) {
  const [row] = await tx.select().from(users).where(eq(users.id, userId)).for('update')
  return row
}

export async function renameAccount(tx: Transaction, userId: string, name: string) {
  const [row] = await tx.update(users).set({ name }).where(eq(users.id, userId)).returning({ id: users.id, email: users.email, name: users.name, role: users.role })
  return row
}

/** The account with everything that hangs on it: sessions, known devices, asked-for passwords. */
export const deleteUser = (tx: Transaction, userId: string) => tx.delete(users).where(eq(users.id, userId))

/** Holds the account still until the end of the transaction; false when its password is another by now. */
export async function passwordIsStill(tx: Transaction, userId: string, passwordHash: string): Promise<boolean> {
  const rows = await tx.select({ id: users.id }).from(users).where(and(eq(users.id, userId), eq(users.passwordHash, passwordHash))).for('share')
  return rows.length > 0
}

/** False when the password is another than `before` by now. */
export async function replacePassword(db: Executor, userId: string, { before, after }: { before?: string, after: string }): Promise<boolean> {
  const rows = await db.update(users).set({ passwordHash: after })
    .where(and(eq(users.id, userId), before === undefined ? undefined : eq(users.passwordHash, before))).returning({ id: users.id })
  return rows.length > 0
}

/** A browser is known to the account that used it last. */
export async function rememberDevice(db: Executor, deviceHash: Buffer, userId: string): Promise<void> {
  await db.insert(knownDevices).values({ deviceHash, userId }).onConflictDoUpdate({ target: knownDevices.deviceHash, set: { userId, lastLoginAt: sql`now()` } })
}

export async function forgetDevices(db: Executor, userId: string, { except }: { except: Buffer | null }): Promise<void> {
  await db.delete(knownDevices).where(and(eq(knownDevices.userId, userId), except ? ne(knownDevices.deviceHash, except) : undefined))
}

/** Notes that somebody asked for a new password; the same statement whether the address is known or not. */
export async function insertReset(db: Executor, email: string) {
  const [row] = await db.insert(passwordResets)
    .values({ userId: sql`(select id from users where email = ${email})`, expiresAt: sql`now() + make_interval(mins => ${resetMinutes})` })
    .returning({ id: passwordResets.id, userId: passwordResets.userId })
  return row!
}

/** A request that may still be mailed, its account held still so that two of one account are mailed one after the other. */
export async function lockUnmailedReset(tx: Transaction, resetId: string) {
  const [row] = await tx.select({ userId: users.id, email: users.email, name: users.name, requestedAt: passwordResets.requestedAt })
    .from(passwordResets).innerJoin(users, eq(users.id, passwordResets.userId))
    .where(and(eq(passwordResets.id, resetId), isNull(passwordResets.mailedAt), gt(passwordResets.expiresAt, sql`clock_timestamp()`)))
    .for('update', { of: users })
  return row
}

/** What was mailed to an account within the hour, and whether any of it was asked for later than this. */
export async function countMailedResets(db: Executor, userId: string, resetId: string) {
  const [row] = await db.select({
    count: sql<number>`count(*)::int`,
    later: sql<boolean>`coalesce(bool_or(${passwordResets.requestedAt} > (select requested_at from password_resets where id = ${resetId})), false)`,
  }).from(passwordResets).where(and(eq(passwordResets.userId, userId), isNotNull(passwordResets.mailedAt), gt(passwordResets.requestedAt, sql`now() - interval '1 hour'`)))
  return row!
}

export async function giveToken(db: Executor, resetId: string, tokenHash: Buffer): Promise<void> {
  await db.update(passwordResets).set({ tokenHash, mailedAt: sql`clock_timestamp()` }).where(eq(passwordResets.id, resetId))
}

/** Makes every token of an account worthless. */
export async function voidResets(db: Executor, userId: string): Promise<void> {
  await db.update(passwordResets).set({ tokenHash: null }).where(and(eq(passwordResets.userId, userId), isNotNull(passwordResets.tokenHash)))
}

const usable = (tokenHash: Buffer) => and(eq(passwordResets.tokenHash, tokenHash), isNull(passwordResets.usedAt), gt(passwordResets.expiresAt, sql`clock_timestamp()`))

/** The account that a token opens, now. */
export async function findReset(db: Executor, tokenHash: Buffer) {
  const [row] = await db.select({ email: users.email, name: users.name }).from(passwordResets).innerJoin(users, eq(users.id, passwordResets.userId)).where(usable(tokenHash))
  return row
}

/** Uses a token up; nothing for the second of two at the same time. */
export async function spendReset(db: Executor, tokenHash: Buffer): Promise<string | null> {
  const [row] = await db.update(passwordResets).set({ usedAt: sql`clock_timestamp()`, tokenHash: null }).where(usable(tokenHash)).returning({ userId: passwordResets.userId })
  return row?.userId ?? null
}

export async function updateRole(db: Executor, userId: string, role: 'shopper' | 'admin') {
  const rows = await db.update(users).set({ role }).where(and(eq(users.id, userId), ne(users.role, role))).returning({ id: users.id })
  return rows.length > 0
}

const batch = 2_000

/** Deletes what has ended, at most a batch of each; answers how many rows. */
export async function deleteEnded(db: Executor, idleDays: number): Promise<number> {
  const results = [
    await db.execute(sql`delete from sessions where id in (select id from sessions where expires_at < now() limit ${batch}::int for update skip locked)`),
    await db.execute(sql`delete from sessions where id in (select id from sessions where user_id is not null and last_seen_at < now() - make_interval(days => ${idleDays}::int) limit ${batch}::int for update skip locked)`),
    await db.execute(sql`delete from password_resets where id in (select id from password_resets where expires_at < now() - interval '1 day' limit ${batch}::int for update skip locked)`),
    await db.execute(sql`delete from known_devices where device_hash in (select device_hash from known_devices where last_login_at < ${recent} limit ${batch}::int for update skip locked)`),
    await db.execute(sql`delete from login_failures where (account_hash, device_hash) in (select account_hash, device_hash from login_failures where last_tried_at < now() - interval '1 day' limit ${batch}::int for update skip locked)`),
  ]
  return results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0)
}
