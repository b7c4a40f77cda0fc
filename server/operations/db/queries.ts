import { count, eq, sql } from 'drizzle-orm'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { DeadLetter, DeadLetterStatus } from '../../platform/outbox/dead-letters.ts'
import { deadLetters } from '../../platform/outbox/tables.ts'
import { invariantChecks } from './tables.ts'

export async function findDeadLetter(db: Reader | Executor, id: number): Promise<DeadLetter | undefined> {
  const [row] = await db.select().from(deadLetters).where(eq(deadLetters.id, id))
  return row
}

/** How many letters there are of each status. */
export async function countDeadLetters(db: Reader | Executor): Promise<Record<DeadLetterStatus, number>> {
  const rows = await db.select({ status: deadLetters.status, letters: count() }).from(deadLetters).groupBy(deadLetters.status)
  return { waiting: 0, replaying: 0, resolved: 0, discarded: 0, ...Object.fromEntries(rows.map(({ status, letters }) => [status, letters])) }
}

/** The last look at each invariant, and its age on the database's clock. */
export const listChecks = (db: Reader | Executor) => db.select({
  check: invariantChecks,
  ageS: sql<number>`extract(epoch from clock_timestamp() - ${invariantChecks.checkedAt})::float8`,
}).from(invariantChecks)

/** What waits to be published, and for how long the first of it has. */
export async function measureOutbox(db: Executor): Promise<{ unpublished: number, oldestS: number }> {
  const { rows } = await db.execute<{ unpublished: number, oldest_s: number }>(sql`
    select count(*)::int as unpublished, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as oldest_s
    from outbox where published_at is null`)
  return { unpublished: rows[0]!.unpublished, oldestS: rows[0]!.oldest_s }
}

/** What the primary keeps for each standby, in bytes of its log. */
export async function listSlots(db: Executor): Promise<{ slot: string, active: boolean, retainedBytes: number }[]> {
  const { rows } = await db.execute<{ slot: string, active: boolean, retained: number }>(sql`
    select slot_name as slot, active, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 as retained from pg_replication_slots`)
  return rows.map(({ slot, active, retained }) => ({ slot, active, retainedBytes: retained }))
}
