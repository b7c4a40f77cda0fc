import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'
import { racePoint } from '../../server/platform/race-points.ts'

/** The dual write: commits the order, then tells the queue. Between the two is a moment in which only one of them knows. */
export async function publishAfterCommit(database: Pick<Database, 'write'>, publish: (orderId: string) => Promise<void>): Promise<void> {
  const orderId = crypto.randomUUID()
  await database.write(tx => tx.execute(sql`insert into naive_orders values (${orderId})`))
  await racePoint('order-committed')
  await publish(orderId)
}
