import type { Database } from '../../server/platform/db/database.ts'
import type { Delivery, Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { effects } from '../../server/platform/outbox/tables.ts'
import { racePoint } from '../../server/platform/race-points.ts'

/** Instead of `consume`: remembers the event first, in a transaction of its own, and loses the effect of whoever dies after it. */
export async function recordBeforeEffect(database: Pick<Database, 'write'>, subscriber: Subscriber, event: Delivery): Promise<boolean> {
  const { result: recorded } = await database.write(tx => tx.insert(effects).values({ eventId: event.id, effect: subscriber.name }).onConflictDoNothing().returning())
  if (recorded.length === 0) return false
  await database.write(async (tx) => {
    await subscriber.apply(tx, event)
    await racePoint('effect-applied')
  })
  await racePoint('effect-committed')
  await subscriber.after?.(event)
  await racePoint('effect-completed')
  return true
}
