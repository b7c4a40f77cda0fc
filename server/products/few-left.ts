import { sql } from 'drizzle-orm'
import type { Reader } from '../platform/db/database.ts'

/** As many as a product's page counts aloud. */
const few = 5

/** How many variants on sale have few left, but some: now, and at an earlier moment by the movements since. Reads the shelf from end to end. */
export async function countFewLeft(db: Reader, at: string): Promise<{ now: number, then: number }> {
  const { rows } = await db.execute<{ now: number, then: number }>(sql`
    with moved as (
      select variant_id, sum(case kind when 'held' then -quantity when 'sold' then 0 else quantity end)::int as change
      from stock_movements where at > ${at}::timestamptz group by 1),
    shelf as (
      select s.variant_id, s.on_hand as now, s.on_hand - coalesce(m.change, 0) as before
      from stock s left join moved m using (variant_id)
      where s.on_hand between 1 and ${few} or (m.variant_id is not null and s.on_hand - m.change between 1 and ${few}))
    select (count(*) filter (where shelf.now between 1 and ${few}))::int as now, (count(*) filter (where shelf.before between 1 and ${few}))::int as then
    from shelf join variants v on v.id = shelf.variant_id where not v.retired`)
  return rows[0]!
}
