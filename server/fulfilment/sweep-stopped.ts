import { sql } from 'drizzle-orm'
import { completeCancellation } from '../orders/index.ts'
import type { Database } from '../platform/db/database.ts'

/**
 * Ends the cancellations whose process died after it had stopped the parcel, and cancels what the carrier will not carry:
 * an order whose parcel stays here must not wait for it. Any number of workers may run it; answers how many it ended.
 */
export async function sweepStopped(database: Pick<Database, 'fresh' | 'write'>): Promise<number> {
  const { rows } = await database.fresh(db => db.execute<{ id: string }>(sql`
    select o.id from shipments s join orders o on o.id = s.order_id
    where s.status = 'cancelled' and o.status in ('paid', 'fulfilling') order by o.placed_at limit 50`))
  let ended = 0
  for (const { id } of rows) if (await completeCancellation(database, id, 'the parcel was stopped')) ended += 1
  return ended
}
