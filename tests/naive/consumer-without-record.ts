import type { Database } from '../../server/platform/db/database.ts'
import type { DomainEvent } from '../../server/platform/outbox/append-event.ts'
import type { Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { racePoint } from '../../server/platform/race-points.ts'

/** Does what an event asks for each time that it comes. */
export async function consumeWithoutRecord(database: Pick<Database, 'write'>, subscriber: Subscriber, event: DomainEvent): Promise<void> {
  await database.write(async (tx) => {
    await subscriber.apply(tx, event)
    await racePoint('effect-applied')
  })
  await racePoint('effect-committed')
  await subscriber.after?.(event)
  await racePoint('effect-completed')
}
