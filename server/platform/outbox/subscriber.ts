/**
 * Prevents: an event that is delivered twice taking effect twice, and a crash between the effect and its record.
 * Guarantees: delivery is at least once; what `apply` does in its transaction takes effect once, because the record
 * (event, effect) commits with it. `after` reaches outside the database, may run again, and must carry a key
 * derived from the event.
 *
 * @pattern idempotent-consumer
 */
import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/connect.ts'
import type { Database } from '../db/database.ts'
import { racePoint } from '../race-points.ts'
import type { DomainEvent } from './append-event.ts'
import { effects } from './tables.ts'

export interface Subscriber {
  /** Names the queue and the effect; never change it once events have been published. */
  name: string
  events: readonly string[]
  apply(tx: Transaction, event: DomainEvent): Promise<void>
  after?(event: DomainEvent): Promise<void>
}

/** Lets one event take its effect; answers false when it already had. */
export async function consume(database: Pick<Database, 'write'>, subscriber: Subscriber, event: DomainEvent): Promise<boolean> {
  const { result: first } = await database.write(async (tx) => {
    const recorded = await tx.insert(effects).values({ eventId: event.id, effect: subscriber.name, completedAt: subscriber.after ? null : sql`clock_timestamp()` }).onConflictDoNothing().returning()
    if (recorded.length === 0) return false
    await subscriber.apply(tx, event)
    await racePoint('effect-applied')
    return true
  })
  await racePoint('effect-committed')
  await subscriber.after?.(event)
  await racePoint('effect-completed')
  return first
}
