import type { Transaction } from '../../server/platform/db/connect.ts'
import type { Database } from '../../server/platform/db/database.ts'
import type { DomainEvent } from '../../server/platform/outbox/append-event.ts'
import type { EventQueue } from '../../server/platform/queue/queues.ts'
import { racePoint } from '../../server/platform/race-points.ts'

/** The dual write instead of `outbox`: what dies between commit and publication leaves a change that nobody hears of. */
export async function commitThenPublish(database: Pick<Database, 'write'>, queue: Pick<EventQueue, 'add'>, change: (tx: Transaction) => Promise<void>, event: DomainEvent): Promise<void> {
  await database.write(change)
  await racePoint('order-committed')
  await queue.add([{ id: `ob-${event.id}`, data: event }])
}
