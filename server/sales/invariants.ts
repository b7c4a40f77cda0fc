import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'

/** What must hold of the figures: a counter is the first to tell of an event that took effect twice. */
export const salesInvariants: readonly Invariant[] = [
  {
    name: 'sales-are-counted-once',
    says: 'A day’s figure counts each paid order that this domain has heard of once (the last three days).',
    query: due => sql`
      with heard as (
        select left(o.payload ->> 'placedAt', 10)::date as day, count(*) as orders from outbox o
        join effects f on f.event_id = o.event_id and f.effect = 'sales-figures'
        where o.type = 'order.paid' and o.created_at > ${due(0)} - interval '4 days' group by 1)
      select day::text as id from heard full join (select day, orders from sales_daily) counted using (day)
      where day > (${due(0)} at time zone 'UTC')::date - 3 and coalesce(heard.orders, 0) <> coalesce(counted.orders, 0)`,
  },
]
