/**
 * Prevents: a double click, a retry or a reload becoming a second order.
 * Guarantees: one key of one shopper is one order. A repetition gets the first one's answer, byte for byte in meaning;
 * while the first is running it waits a little, then is told to ask again; another body under the same key is refused.
 * The row commits before any money moves and names the order, so that after a crash whoever asks next takes over that
 * same order. After draft-ietf-httpapi-idempotency-key-header-07.
 *
 * @pattern idempotency-key
 */
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { and, eq, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../platform/db/connect.ts'
import type { Database } from '../platform/db/database.ts'
import { idempotencyKeys } from './db/tables.ts'
import { keyMissing, keyReused } from './errors.ts'

/** Longer than a request may take to pay. */
const lockS = 20

export type KeyRow = typeof idempotencyKeys.$inferSelect

/**
 * Reads the header: a quoted string, as the draft has it, or the same without quotes.
 * @throws {AppError} 400 `orders/idempotency-key-missing`
 */
export function parseIdempotencyKey(header: string | undefined): string {
  const [, quoted, bare] = /^(?:"([\w:.-]{1,200})"|([\w:.-]{1,200}))$/.exec(header?.trim() ?? '') ?? []
  const key = quoted ?? bare
  if (!key) throw keyMissing()
  return key
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!value || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)).map(([key, inner]) => [key, canonical(inner)]))
}

export const fingerprintOf = (body: unknown) => createHash('sha256').update(JSON.stringify(canonical(body))).digest('base64url')

/** Takes the key for a new order; answers false when somebody has it. */
export async function takeKey(tx: Transaction, row: { ownerId: string, key: string, fingerprint: string, orderId: string }): Promise<boolean> {
  const rows = await tx.insert(idempotencyKeys).values({ ...row, lockedUntil: sql`clock_timestamp() + make_interval(secs => ${lockS})` }).onConflictDoNothing().returning()
  return rows.length > 0
}

/** @throws {AppError} 422 `orders/idempotency-key-reused` */
export async function findKey(db: Executor, { ownerId, key, fingerprint }: { ownerId: string, key: string, fingerprint: string }): Promise<KeyRow | undefined> {
  const [row] = await db.select().from(idempotencyKeys).where(and(eq(idempotencyKeys.ownerId, ownerId), eq(idempotencyKeys.key, key)))
  if (row && row.fingerprint !== fingerprint) throw keyReused()
  return row
}

/** Takes over a key whose holder has been silent too long; answers false when they are still at work or done. */
export async function takeOverKey(db: Executor, { ownerId, key }: KeyRow): Promise<boolean> {
  const rows = await db.update(idempotencyKeys).set({ lockedUntil: sql`clock_timestamp() + make_interval(secs => ${lockS})` })
    .where(and(eq(idempotencyKeys.ownerId, ownerId), eq(idempotencyKeys.key, key), sql`${idempotencyKeys.status} is null`, sql`${idempotencyKeys.lockedUntil} < clock_timestamp()`))
    .returning()
  return rows.length > 0
}

/** The open row of a try. Its owner is the order's of now: a guest may have logged in meanwhile, which moved both. */
const openRow = ({ key, orderId }: Pick<KeyRow, 'key' | 'orderId'>) => and(
  sql`${idempotencyKeys.ownerId} = (select owner_id from orders where id = ${orderId})`,
  eq(idempotencyKeys.key, key), eq(idempotencyKeys.orderId, orderId), sql`${idempotencyKeys.status} is null`,
)

/** Keeps the answer for those who ask again. The first answer stays. */
export async function keepAnswer(db: Executor, row: Pick<KeyRow, 'key' | 'orderId'>, answer: { status: number, body: unknown }) {
  await db.update(idempotencyKeys).set(answer).where(openRow(row))
}

/**
 * Lets whoever asks next take over at once: we are not at work on it any more, and have no answer. With the database gone
 * it is said again, without anybody waiting for it, for as long as the lock would last. Should somebody have taken over by
 * then, a third may as well: the order's steps bear any number of callers.
 */
export async function stepAside(database: Pick<Database, 'fresh'>, row: Pick<KeyRow, 'key' | 'orderId'>): Promise<void> {
  const release = () => database.fresh(db => db.update(idempotencyKeys).set({ lockedUntil: sql`clock_timestamp()` }).where(openRow(row))).then(() => true, () => false)
  if (!await release()) void again()

  async function again() {
    for (let second = 0; second < lockS; second++) {
      await setTimeout(1_000, undefined, { ref: false })
      if (await release()) return
    }
  }
}
