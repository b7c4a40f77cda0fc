import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'
import { legalEdges } from './order-states.ts'

const edges = JSON.stringify(Object.entries(legalEdges).flatMap(([from, all]) => all.map(to => ({ from, to }))))

/** Which states a hold may be in while its order is in another. A paid order's hold is sold a moment later, by its event. */
const holdStates = JSON.stringify([
  { order: 'pending', holds: ['claimed'] },
  { order: 'payment-failed', holds: ['released'] },
  ...['paid', 'fulfilling', 'shipped', 'delivered'].map(order => ({ order, holds: ['claimed', 'sold'] })),
  // A cancellation may overtake the sale.
  ...['cancelled', 'refunded'].map(order => ({ order, holds: ['claimed', 'sold', 'returned', 'released'] })),
])

/** What must hold of orders, their money and their steps; those that span two domains stand where the promise is made. */
export const orderInvariants: readonly Invariant[] = [
  {
    name: 'order-money-adds-up',
    says: 'An order’s total is its lines less its discount and its delivery, each line its quantity times its price.',
    query: () => sql`
      select o.id from orders o left join (
        select order_id, sum((line ->> 'lineTotalMinor')::bigint) as subtotal,
          bool_or((line ->> 'quantity')::bigint * (line ->> 'unitPriceMinor')::bigint <> (line ->> 'lineTotalMinor')::bigint) as wrong_line
        from order_lines group by 1) lines on lines.order_id = o.id
      where o.total_minor <> o.subtotal_minor - o.discount_minor + o.shipping_minor or o.discount_minor not between 0 and o.subtotal_minor or o.subtotal_minor is distinct from lines.subtotal or lines.wrong_line`,
  },
  {
    name: 'status-is-the-last-step',
    says: 'An order’s status is that of the last step of its timeline.',
    query: () => sql`
      with last as (select distinct on (order_id) order_id, status from order_events order by order_id, id desc)
      select o.id from orders o left join last on last.order_id = o.id where o.status is distinct from last.status`,
  },
  {
    name: 'steps-are-legal',
    says: 'A timeline starts at pending and moves only along legal edges; a return, or a part of the money going back, moves nothing.',
    query: () => sql`
      with edges as (select * from jsonb_to_recordset(${edges}::jsonb) as e("from" text, "to" text)),
      steps as (select order_id, type, status, lag(status) over (partition by order_id order by id) as before from order_events)
      select distinct order_id as id from steps
      where case when before is null then status <> 'pending'
                 when type in ('order.partly-refunded', 'order.return-requested', 'order.return-received', 'order.return-rejected') then status <> before
                 else (before, status) not in (select "from", "to" from edges) end`,
  },
  {
    name: 'steps-are-published',
    says: 'Each step of a timeline has one event in the outbox, and no event lacks its step (the last day).',
    // One pass over both. What stands at the edge of the day is left out: the two rows are stamped a moment apart.
    query: due => sql`
      select distinct subject as id from (
        select order_id::text as subject, type, at, 1 as side from order_events where at > ${due(0)} - interval '1 day'
        union all select subject, type, created_at, -1 from outbox where type like 'order.%' and created_at > ${due(0)} - interval '1 day') both_sides
      group by subject, type having sum(side) <> 0 and min(at) > ${due(0)} - interval '1 day' + interval '1 minute'`,
  },
  {
    name: 'pending-orders-end',
    says: 'No order waits for its payment much longer than the quarter of an hour after which it is given up.',
    query: due => sql`select id from orders where status = 'pending' and placed_at < ${due(1_800)}`,
  },
  {
    name: 'orders-keep-their-hold',
    says: 'An order’s stock is claimed while it waits, released when payment fails, and nobody else’s once it is paid.',
    query: () => sql`
      with fitting as (select * from jsonb_to_recordset(${holdStates}::jsonb) as f("order" text, holds jsonb))
      select o.id from orders o left join stock_holds h on h.id = o.checkout_id left join fitting f on f."order" = o.status
      where h.status is null or f.holds is null or not f.holds ? h.status`,
  },
  {
    name: 'paid-orders-are-captured',
    says: 'Every order that was paid has one captured payment of its total.',
    query: () => sql`
      select o.id from orders o left join payments p on p.order_id = o.id
      where o.status not in ('pending', 'payment-failed')
        and (p.state, p.amount_minor, p.currency) is distinct from ('captured', o.total_minor, o.currency)`,
  },
  {
    name: 'captures-are-earned',
    says: 'Money that was captured belongs to a paid order, or all of it is promised back.',
    query: due => sql`
      select p.order_id as id from payments p left join orders o on o.id = p.order_id
      where p.state = 'captured' and p.updated_at < ${due(120)} and (o.status is null or o.status = 'pending' or (o.status = 'payment-failed'
        and p.amount_minor <> (select coalesce(sum(r.amount_minor), 0) from refunds r where r.order_id = p.order_id)))`,
  },
  {
    name: 'refunds-agree',
    says: 'Order, payment and completed refunds tell the same of the money that went back, and a refunded order got all of it.',
    query: () => sql`
      with done as (select order_id, sum(amount_minor) as amount from refunds where state = 'done' group by 1)
      select o.id from orders o left join payments p on p.order_id = o.id left join done on done.order_id = o.id
      where o.refunded_minor <> coalesce(done.amount, 0) or coalesce(p.refunded_minor, 0) <> coalesce(done.amount, 0)
        or (o.status = 'refunded' and o.refunded_minor <> o.total_minor)`,
  },
  {
    name: 'discounts-are-redeemed',
    says: 'An order with a promo code has taken one use of it, which it has given back when it failed or was cancelled; no other order has any.',
    query: () => sql`
      select coalesce(o.id, r.order_id) as id from (select id, status, promo_code, discount_minor from orders where promo_code is not null or discount_minor > 0) o
      full join promotion_redemptions r on r.order_id = o.id
      where o.id is null or r.order_id is null or o.promo_code is null
        or (r.state = 'returned') <> (o.status in ('payment-failed', 'cancelled')) and o.status <> 'refunded'`,
  },
  {
    name: 'cancelled-orders-are-refunded',
    says: 'A cancelled order has all of its money promised back.',
    query: () => sql`
      select o.id from orders o where o.status = 'cancelled'
        and o.total_minor <> (select coalesce(sum(r.amount_minor), 0) from refunds r where r.order_id = o.id)`,
  },
]
