import { sql } from 'drizzle-orm'
import { completeCancellation } from '../orders/index.ts'
import type { Database } from '../platform/db/database.ts'

/**
 * Ends the cancellations whose process died after it had stopped the parcel, and cancels what the carrier will not carry:
 * an order whose parcel stays here must not wait for it. Any number of workers may run it; `onError` is told of each order
 * that could not be ended, and the others go on. Answers how many it ended.
 */
export async function sweepStopped(database: Pick<Database, 'fresh' | 'write'>, { onError = () => {} }: { onError?: (orderId: string, error: unknown) => void } = {}): Promise<number> {
  const { rows } = await database.fresh(db => db.execute<{ id: string }>(sql`
    select o.id from shipments s join orders o on o.id = s.order_id
    where s.status = 'cancelled' and o.status in ('paid', 'fulfilling') order by o.placed_at limit 50`))
  let ended = 0
  for (const { id } of rows) {
    const done = await completeCancellation(database, id, 'the parcel was stopped').catch(error => onError(id, error))
    if (done) ended += 1
  }
  return ended
}
