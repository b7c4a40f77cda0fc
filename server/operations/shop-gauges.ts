import type { Database } from '../platform/db/database.ts'
import type { Metrics } from '../platform/telemetry/metrics.ts'
import { countDeadLetters, listChecks, listSlots, measureOutbox } from './db/queries.ts'

/** What all workers share, read from the primary: the same in each worker, so that any one of them tells it. */
export function gaugeShop(metrics: Metrics, database: Pick<Database, 'fresh'>): void {
  metrics.gauge('invariant_broken', 'How many things broke an invariant at the last look.', ['invariant'], async () =>
    (await database.fresh(listChecks)).map(({ check }) => ({ labels: { invariant: check.name }, value: check.broken })))
  metrics.gauge('invariants_age_seconds', 'How long ago the oldest of the last looks was.', [], async () => {
    const checks = await database.fresh(listChecks)
    return checks.length > 0 ? [{ value: Math.max(...checks.map(({ ageS }) => ageS)) }] : []
  })
  metrics.gauge('dead_letters', 'Events that a subscriber could not digest.', ['status'], async () =>
    Object.entries(await database.fresh(countDeadLetters)).map(([status, value]) => ({ labels: { status }, value })))
  metrics.gauge('outbox_unpublished', 'Events that wait to be published.', [], async () => [{ value: (await database.fresh(measureOutbox)).unpublished }])
  metrics.gauge('outbox_oldest_seconds', 'How long the first of them has waited.', [], async () => [{ value: (await database.fresh(measureOutbox)).oldestS }])
  metrics.gauge('pg_replication_slot_active', 'Whether a standby reads from the slot.', ['slot'], async () =>
    (await database.fresh(listSlots)).map(({ slot, active }) => ({ labels: { slot }, value: active ? 1 : 0 })))
  metrics.gauge('pg_replication_slot_retained_bytes', 'Write-ahead log that the primary keeps for the slot.', ['slot'], async () =>
    (await database.fresh(listSlots)).map(({ slot, retainedBytes }) => ({ labels: { slot }, value: retainedBytes })))
}
