/**
 * Prevents: money, stock or mail that went wrong and that nobody notices until a shopper does.
 * Guarantees: every sentence that the domains state about their data is checked in one snapshot, so that a sentence over
 * two tables never sees half of a transaction; what breaks one is counted, with some ids for whoever must look.
 *
 * @pattern invariant-monitor
 */
import { sql } from 'drizzle-orm'
import type { Database } from '../platform/db/database.ts'
import type { Due, Invariant } from '../platform/invariant.ts'

export interface Look { name: string, broken: number, sample: string[], tookMs: number }

/** A standby shows the past: what is late is told by the time of what it shows. */
const snapshotTime = sql`
  select (case when pg_is_in_recovery() and pg_last_wal_receive_lsn() is distinct from pg_last_wal_replay_lsn()
    then coalesce(pg_last_xact_replay_timestamp(), now()) else now() end)::text as at`

/**
 * Looks at each invariant once. With `atRest` nothing may be under way, so that there is no time for the late; the look
 * is then taken on the primary.
 */
export async function checkInvariants(database: Pick<Database, 'snapshot'>, invariants: readonly Invariant[], { atRest = false } = {}): Promise<Look[]> {
  return database.snapshot(async (db) => {
    // Several of them sort or hash a whole table; at the default of 4 MB that goes through the disk.
    await db.execute(sql`set local work_mem = '32MB'`)
    const { rows: [clock] } = await db.execute<{ at: string }>(snapshotTime)
    const due: Due = seconds => sql`(${clock!.at}::timestamptz - make_interval(secs => ${atRest ? 0 : seconds}::int))`
    const looks: Look[] = []
    for (const { name, query } of invariants) {
      const from = performance.now()
      const { rows: [found] } = await db.execute<{ broken: number, sample: string[] }>(sql`
        with breakers as (${query(due)})
        select (select count(*)::int from breakers) as broken,
          (select coalesce(jsonb_agg(id::text), '[]') from (select id from breakers order by 1 limit 5) few) as sample`)
      looks.push({ name, broken: found!.broken, sample: found!.sample, tookMs: Math.round(performance.now() - from) })
    }
    return looks
  }, atRest ? { on: 'primary' } : {})
}
