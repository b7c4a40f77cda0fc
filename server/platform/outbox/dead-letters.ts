/**
 * Where an event goes that a subscriber cannot digest.
 *
 * Prevents: a failed effect that nobody sees, and one poison event that blocks those behind it.
 * Guarantees: after its last attempt an event is kept in the database with its reason, outside the queue, which may
 * lose everything; a person reads it, mends its payload, and replays it for the one subscriber that failed. An effect
 * that was recorded before is not had again by a replay.
 *
 * @pattern dead-letters
 */
import { and, desc, eq, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../db/connect.ts'
import type { Reader } from '../db/database.ts'
import type { DomainEvent } from './append-event.ts'
import { deadLetters, effects } from './tables.ts'

export type DeadLetter = typeof deadLetters.$inferSelect
export type DeadLetterStatus = DeadLetter['status']

/**
 * Keeps what failed for good. An event that comes back from a replay waits again, with its latest reason; one whose effect
 * was had meanwhile, by another delivery, is none.
 */
export async function buryEvent(db: Executor, { event, subscriber, error, attempts }: { event: DomainEvent, subscriber: string, error: string, attempts: number }): Promise<void> {
  const { id: eventId, type, subject, payload, traceparent } = event
  const had = await db.select({ at: effects.completedAt }).from(effects).where(and(eq(effects.eventId, eventId), eq(effects.effect, subscriber), isNotNull(effects.completedAt)))
  if (had.length > 0) return
  await db.insert(deadLetters).values({ eventId, subscriber, type, subject, payload, traceparent, error: error.slice(0, 4_000), attempts }).onConflictDoUpdate({
    target: [deadLetters.eventId, deadLetters.subscriber],
    set: { error: sql`excluded.error`, attempts: sql`${deadLetters.attempts} + excluded.attempts`, status: 'waiting', lastFailedAt: sql`clock_timestamp()` },
    setWhere: inArray(deadLetters.status, ['waiting', 'replaying']),
  })
}

/** Newest first; `beforeId` continues a list. */
export const listDeadLetters = (db: Reader, { status, beforeId, limit }: { status: DeadLetterStatus | null, beforeId: number | null, limit: number }): Promise<DeadLetter[]> => db.select().from(deadLetters)
  .where(and(status ? eq(deadLetters.status, status) : undefined, beforeId ? lt(deadLetters.id, beforeId) : undefined)).orderBy(desc(deadLetters.id)).limit(limit)

/** Changes what a replay will deliver; answers nothing for a letter that is not waiting. */
export async function mendDeadLetter(tx: Transaction, id: number, payload: Record<string, unknown>): Promise<DeadLetter | undefined> {
  const [row] = await tx.update(deadLetters).set({ payload }).where(and(eq(deadLetters.id, id), eq(deadLetters.status, 'waiting'))).returning()
  return row
}

/** Hands a waiting letter back to the relay; answers nothing when it is not waiting. */
export async function replayDeadLetter(tx: Transaction, id: number, by: string): Promise<DeadLetter | undefined> {
  const [row] = await tx.update(deadLetters)
    .set({ status: 'replaying', replays: sql`${deadLetters.replays} + 1`, decidedBy: by, decidedAt: sql`clock_timestamp()` })
    .where(and(eq(deadLetters.id, id), eq(deadLetters.status, 'waiting'))).returning()
  if (row) await tx.execute(sql`select pg_notify('outbox', '')`)
  return row
}

/** Gives a waiting letter up for good; answers nothing when it is not waiting. */
export async function discardDeadLetter(tx: Transaction, id: number, by: string): Promise<DeadLetter | undefined> {
  const [row] = await tx.update(deadLetters).set({ status: 'discarded', decidedBy: by, decidedAt: sql`clock_timestamp()` })
    .where(and(eq(deadLetters.id, id), eq(deadLetters.status, 'waiting'))).returning()
  return row
}

/** Closes the letter of an effect that was had after all, in the transaction that completes it. */
export async function resolveLetter(tx: Transaction, eventId: string, subscriber: string): Promise<void> {
  await tx.update(deadLetters).set({ status: 'resolved' })
    .where(and(eq(deadLetters.eventId, eventId), eq(deadLetters.subscriber, subscriber), inArray(deadLetters.status, ['waiting', 'replaying'])))
}
