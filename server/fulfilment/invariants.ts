import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'

/** What must hold of parcels. */
export const shipmentInvariants: readonly Invariant[] = [
  {
    name: 'one-parcel-a-paid-order',
    says: 'Each order whose payment this domain has heard of has one shipment, and what is on its way was not stopped.',
    query: () => sql`
      select o.subject as id from effects f join outbox o on o.event_id = f.event_id
      where f.effect = 'fulfilment' and o.type = 'order.paid' and not exists (select 1 from shipments s where s.order_id::text = o.subject)
      union select s.order_id::text from shipments s group by 1 having count(*) > 1
      union select o.id::text from orders o left join shipments s on s.order_id = o.id
      where (o.status in ('fulfilling', 'shipped', 'delivered') and (s.status is null or s.status = 'requested'))
        or (o.status in ('shipped', 'delivered') and s.status = 'cancelled')`,
  },
  {
    name: 'cancelled-orders-stay-here',
    says: 'No parcel of an order that was cancelled travels.',
    query: () => sql`
      select distinct e.order_id as id from order_events e left join shipments s on s.order_id = e.order_id
      where e.status = 'cancelled' and s.status is distinct from 'cancelled'`,
  },
]
