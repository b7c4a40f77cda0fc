import type { Database } from '../../server/platform/db/database.ts'
import type { Delivery, Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { racePoint } from '../../server/platform/race-points.ts'

/** Instead of `consume`: trusts the queue to deliver once, and has its effect again at each delivery. */
export async function consumeWithoutRecord(database: Pick<Database, 'write'>, subscriber: Subscriber, event: Delivery): Promise<boolean> {
  await database.write(async (tx) => {
    await subscriber.apply(tx, event)
    await racePoint('effect-applied')
  })
  await racePoint('effect-committed')
  await subscriber.after?.(event)
  await racePoint('effect-completed')
  return true
}
