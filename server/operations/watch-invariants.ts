/**
 * Prevents: many workers looking at once, and an alarm that repeats itself until nobody listens.
 * Guarantees: whoever holds the lock looks, at most once in `everyMs` over all workers; the rest go on. What is found is on
 * the primary for the metrics and the admin page, with the time since when it has been broken. Each invariant is logged
 * once when it breaks, and once when it holds again.
 *
 * @pattern invariant-monitor
 */
import { notInArray, sql } from 'drizzle-orm'
import type { Transaction } from '../platform/db/connect.ts'
import type { Database } from '../platform/db/database.ts'
import type { Invariant } from '../platform/invariant.ts'
import type { Log } from '../platform/telemetry/log.ts'
import { checkInvariants, type Look } from './check-invariants.ts'
import { invariantChecks } from './db/tables.ts'

/** Any constant will do; it only has to be the same in every worker, and nobody else's. */
const lookLock = 7_203_115

interface Watch { database: Pick<Database, 'snapshot' | 'write'>, log: Pick<Log, 'error' | 'info'>, invariants: readonly Invariant[] }

/** Looks, unless another worker does or did so within `everyMs`; answers what it saw, or null. */
export async function watchInvariants({ database, log, invariants }: Watch, { everyMs = 25_000 } = {}): Promise<Look[] | null> {
  const { result } = await database.write(async (tx) => {
    // The lock is this transaction's; a worker that freezes in the middle loses both.
    await tx.execute(sql`set local idle_in_transaction_session_timeout = '60s'`)
    const { rows: [turn] } = await tx.execute<{ mine: boolean }>(sql`
      select pg_try_advisory_xact_lock(${lookLock}) and not exists (
        select 1 from invariant_checks where checked_at > clock_timestamp() - make_interval(secs => ${everyMs / 1_000}::float8)) as mine`)
    if (!turn!.mine) return null
    const before = await tx.select().from(invariantChecks)
    const looks = await checkInvariants(database, invariants)
    await writeLooks(tx, looks)
    return { looks, wasBroken: new Set(before.filter(row => row.brokenSince).map(row => row.name)) }
  })
  if (!result) return null
  for (const { name, broken, sample } of result.looks) {
    if (broken > 0 && !result.wasBroken.has(name)) log.error('an invariant is broken', { invariant: name, broken, sample })
    if (broken === 0 && result.wasBroken.has(name)) log.info('an invariant holds again', { invariant: name })
  }
  return result.looks
}

async function writeLooks(tx: Transaction, looks: Look[]) {
  if (looks.length === 0) return
  await tx.insert(invariantChecks).values(looks.map(look => ({
    ...look,
    checkedAt: sql`clock_timestamp()`,
    brokenSince: look.broken > 0 ? sql`clock_timestamp()` : null,
  }))).onConflictDoUpdate({
    target: invariantChecks.name,
    set: {
      broken: sql`excluded.broken`,
      sample: sql`excluded.sample`,
      tookMs: sql`excluded.took_ms`,
      checkedAt: sql`excluded.checked_at`,
      brokenSince: sql`case when excluded.broken > 0 then coalesce(${invariantChecks.brokenSince}, excluded.broken_since) end`,
    },
  })
  await tx.delete(invariantChecks).where(notInArray(invariantChecks.name, looks.map(look => look.name)))
}
