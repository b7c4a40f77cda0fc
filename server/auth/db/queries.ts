import { and, desc, eq, gt, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { sessions, users } from './tables.ts'

/** However busy, and for an account when unused. A guest's basket waits for the whole time. */
const sessionDays = 30
export const idleDays = 14
const alive = and(
  gt(sessions.expiresAt, sql`now()`),
  or(isNull(sessions.userId), gt(sessions.lastSeenAt, sql`now() - make_interval(days => ${idleDays}::int)`)),
)

export async function findSession(db: Reader, tokenHash: Buffer) {
  const [row] = await db.select({
    sessionId: sessions.id,
    userId: sessions.userId,
    email: users.email,
    name: users.name,
    role: users.role,
    idleS: sql<number>`extract(epoch from now() - ${sessions.lastSeenAt})::int`,
  }).from(sessions).leftJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, tokenHash), alive))
  return row
}

export async function insertSession(db: Executor, { tokenHash, userId, device }: { tokenHash: Buffer, userId: string | null, device: string }) {
  const [row] = await db.insert(sessions)
    .values({ tokenHash, userId, device, expiresAt: sql`now() + make_interval(days => ${sessionDays})` })
    .returning({ id: sessions.id })
  return row!.id
}

export const touchSession = (db: Executor, id: string) => db.update(sessions).set({ lastSeenAt: sql`now()` }).where(eq(sessions.id, id))
export const deleteSession = (db: Executor, id: string) => db.delete(sessions).where(eq(sessions.id, id))

/** Answers how many were revoked: none when the session is somebody else's. */
export async function deleteOwnSession(db: Executor, userId: string, id: string) {
  const gone = await db.delete(sessions).where(and(eq(sessions.id, id), eq(sessions.userId, userId))).returning({ id: sessions.id })
  return gone.length
}

/** All sessions of an account, or all but one; answers how many. */
export async function deleteSessions(db: Executor, userId: string, { except }: { except?: string } = {}) {
  const gone = await db.delete(sessions).where(and(eq(sessions.userId, userId), except ? ne(sessions.id, except) : undefined)).returning({ id: sessions.id })
  return gone.length
}

/** The same session under another token; the old token is dead with this transaction. */
export const renewSession = (db: Executor, id: string, tokenHash: Buffer) => db.update(sessions).set({ tokenHash, lastSeenAt: sql`now()` }).where(eq(sessions.id, id))

export const listSessions = (db: Reader, userId: string) => db.select({
  id: sessions.id,
  device: sessions.device,
  createdAt: sessions.createdAt,
  lastSeenAt: sessions.lastSeenAt,
}).from(sessions).where(and(eq(sessions.userId, userId), alive)).orderBy(desc(sessions.lastSeenAt)).limit(100)

/** Answers nothing when the address is taken. */
export async function insertUser(db: Executor, values: { email: string, name: string, passwordHash: string, role?: 'shopper' | 'admin' }) {
  const [row] = await db.insert(users).values(values).onConflictDoNothing({ target: users.email }).returning()
  return row
}

/** What people are called, by the ids of their accounts; an account that is gone has no entry. */
export async function namesOf(db: Pick<Executor, 'select'>, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, [...new Set(ids)]))
  return new Map(rows.map(({ id, name }) => [id, name]))
}
