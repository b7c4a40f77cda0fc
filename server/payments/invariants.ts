import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'

/** What must hold of the money; that it fits its orders is theirs to say. */
export const paymentInvariants: readonly Invariant[] = [
  {
    name: 'one-capture-an-order',
    says: 'No order has two captured payments, and no two orders share one intent.',
    query: () => sql`
      select order_id::text as id from payments where state = 'captured' group by 1 having count(*) > 1
      union all select intent_id from payments where intent_id is not null group by 1 having count(*) > 1`,
  },
  {
    name: 'refunds-fit-the-payment',
    says: 'Only captured money is promised back, and never more of it than was taken.',
    query: () => sql`
      select r.order_id as id from (select order_id, sum(amount_minor) as amount from refunds group by 1) r
      left join payments p on p.order_id = r.order_id and p.state = 'captured'
      where p.order_id is null or r.amount > p.amount_minor`,
  },
  {
    name: 'refunds-go-out',
    says: 'What was promised back goes out within a quarter of an hour, or lies in the dead letters.',
    query: due => sql`
      select r.id from refunds r where r.state = 'requested' and r.created_at < ${due(900)}
        and not exists (select 1 from dead_letters d where d.subject = r.order_id::text and d.subscriber = 'refunds' and d.status <> 'resolved')`,
  },
  {
    name: 'gateway-findings-are-resolved',
    says: 'Nothing that the gateway’s books have otherwise than ours waits for a person.',
    query: () => sql`select intent_id || ' ' || kind as id from payment_findings where not mended and resolved_at is null`,
  },
]
