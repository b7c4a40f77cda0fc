import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'
import type { Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { addProduct, product } from './fixtures.ts'

/** The ways that an order can go, each with its steps; the first one is taken by most. */
const lives = [
  { life: 'delivered', status: 'delivered', hold: 'sold', payment: 'captured', parcel: 'delivered', refundMinor: 0, steps: ['placed', 'paid', 'fulfilling', 'shipped', 'delivered'] },
  { life: 'failed', status: 'payment-failed', hold: 'released', payment: 'declined', parcel: null, refundMinor: 0, steps: ['placed', 'payment-failed'] },
  { life: 'cancelled', status: 'refunded', hold: 'returned', payment: 'captured', parcel: 'cancelled', refundMinor: 2195, steps: ['placed', 'paid', 'cancelled', 'refunded'] },
  { life: 'waiting', status: 'pending', hold: 'claimed', payment: 'created', parcel: null, refundMinor: 0, steps: ['placed'] },
  { life: 'mended', status: 'delivered', hold: 'sold', payment: 'captured', parcel: 'delivered', refundMinor: 500, steps: ['placed', 'paid', 'fulfilling', 'shipped', 'delivered', 'partly-refunded'] },
  { life: 'packed', status: 'paid', hold: 'sold', payment: 'captured', parcel: 'created', refundMinor: 0, steps: ['placed', 'paid'] },
]

/** Fills an empty shop with orders that are all right, each with everything that it leaves behind, and all placed an hour ago or earlier. */
export async function fillOrders(database: Database, subscribers: readonly Pick<Subscriber, 'name' | 'events'>[], orders: number): Promise<void> {
  await addProduct(database, product('filled', { stock: orders }))
  const expected = subscribers.flatMap(({ name, events }) => events.map(type => ({ type, effect: name })))
  await database.write(async (tx) => {
    const statements = [
      sql`create temp table life on commit drop as select * from jsonb_to_recordset(${JSON.stringify(lives.map((life, place) => ({ ...life, place })))}::jsonb)
        as l(place int, life text, status text, hold text, payment text, parcel text, "refundMinor" int, steps jsonb)`,
      sql`create temp table made on commit drop as
        select gen_random_uuid() as id, gen_random_uuid() as hold_id, v.id as variant_id, l.*,
          case when l.life = 'waiting' then clock_timestamp() else clock_timestamp() - interval '1 hour' - i * interval '1 second' end as at
        from generate_series(1, ${orders}::int) i join life l on l.place = greatest(0, i % 12 - 6)
        join (select id, row_number() over (order by position) - 1 as n, count(*) over () as of from variants) v on v.n = i % v.of`,
      sql`insert into stock_holds (id, status, expires_at, created_at) select hold_id, hold, at + interval '15 minutes', at from made`,
      sql`insert into stock_hold_lines (hold_id, variant_id, quantity) select hold_id, variant_id, 1 from made`,
      sql`insert into stock_movements (variant_id, kind, quantity, reference) select variant_id, kind, 1, hold_id::text
        from made, unnest(case hold when 'claimed' then '{held}' when 'released' then '{held,released}' when 'sold' then '{held,sold}' else '{held,sold,restocked}' end::text[]) kind`,
      sql`update stock s set reserved = m.reserved, sold = m.sold, restocked = m.restocked, on_hand = s.received - m.reserved - m.sold + m.restocked
        from (select variant_id, (count(*) filter (where hold = 'claimed'))::int as reserved, (count(*) filter (where hold in ('sold', 'returned')))::int as sold,
          (count(*) filter (where hold = 'returned'))::int as restocked from made group by 1) m where m.variant_id = s.variant_id`,
      sql`insert into orders (id, owner_id, access_token, checkout_id, status, email, address, shipping_method, subtotal_minor, shipping_minor, tax_minor, total_minor, refunded_minor, currency, placed_at)
        select id, id, 'token', hold_id, status, 'ada@example.com', '{}', 'standard', 1800, 395, 366, 2195, "refundMinor", 'GBP', at from made`,
      sql`insert into order_lines (order_id, position, line) select id, 0, jsonb_build_object('variantId', variant_id, 'quantity', 1, 'unitPriceMinor', 1800, 'lineTotalMinor', 1800) from made`,
      sql`insert into order_events (order_id, type, status, cause, at)
        select id, 'order.' || step, case step when 'placed' then 'pending' when 'partly-refunded' then status else step end, 'test', at
        from made, jsonb_array_elements_text(steps) with ordinality as s(step, at_step) order by at, id, at_step`,
      sql`insert into payments (order_id, state, intent_id, payment_method, amount_minor, currency, refunded_minor, updated_at)
        select id, payment, 'pi_' || id, 'pm_card_visa', 2195, 'GBP', "refundMinor", at from made`,
      sql`insert into refunds (id, order_id, amount_minor, currency, cause, reason, state, created_at, done_at)
        select gen_random_uuid(), id, "refundMinor", 'GBP', case life when 'cancelled' then 'cancelled' else 'partial' end, 'test', 'done', at, at from made where "refundMinor" > 0`,
      sql`insert into shipments (order_id, status, created_at) select id, parcel, at from made where parcel is not null`,
      sql`insert into outbox (type, subject, payload, created_at, published_at)
        select type, order_id::text, jsonb_build_object('orderId', order_id, 'placedAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), at, at from order_events order by id`,
      sql`insert into outbox (type, subject, payload, created_at, published_at) select 'refund.requested', order_id::text, jsonb_build_object('refundId', id, 'orderId', order_id), created_at, created_at from refunds`,
      sql`insert into outbox (type, subject, payload, created_at, published_at)
        select type, id::text, jsonb_build_object('orderId', id), at, at from made, unnest(array['shipment.created', 'shipment.shipped', 'shipment.delivered']) type where parcel = 'delivered'`,
      sql`insert into effects (event_id, effect, at, completed_at)
        select o.event_id, e.effect, o.created_at, o.created_at from outbox o join jsonb_to_recordset(${JSON.stringify(expected)}::jsonb) as e(type text, effect text) using (type)`,
      sql`insert into mails (event_id, message_id, recipient, subject, body, sent_at, created_at)
        select event_id, '<' || event_id || '@shop>', 'ada@example.com', 'News', 'News', at, at from effects where effect = 'notifications'`,
      sql`insert into sales_daily (day, orders) select left(payload ->> 'placedAt', 10)::date, count(*) from outbox where type = 'order.paid' group by 1`,
    ]
    for (const statement of statements) await tx.execute(statement)
  })
  await database.fresh(db => db.execute(sql`analyze`))
}
