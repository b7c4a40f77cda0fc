import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'

export interface OrderEffects { mails: number, sentMails: number, shipments: number, sold: number, timeline: string[] }

/** What an order's news have brought about, counted in our books. */
export async function effectsOf(database: Pick<Database, 'fresh'>, orderId: string): Promise<OrderEffects> {
  const { rows: [row] } = await database.fresh(db => db.execute<{ mails: number, sent: number, shipments: number, sold: number, timeline: string[] }>(sql`
    select
      (select count(*)::int from mails m join outbox e on e.event_id = m.event_id where e.subject = o.id::text) as mails,
      (select count(*)::int from mails m join outbox e on e.event_id = m.event_id where e.subject = o.id::text and m.sent_at is not null) as sent,
      (select count(*)::int from shipments where order_id = o.id) as shipments,
      (select coalesce(sum(quantity), 0)::int from stock_movements where kind = 'sold' and reference = o.checkout_id::text) as sold,
      (select array_agg(status order by id) from order_events where order_id = o.id) as timeline
    from orders o where o.id = ${orderId}`))
  const { mails, sent, shipments, sold, timeline } = row!
  return { mails, sentMails: sent, shipments, sold, timeline }
}

/** What an order has that was delivered, and had each effect of its news once: the mails tell that it is paid, and on its way. */
export const everythingOnce: OrderEffects = { mails: 2, sentMails: 2, shipments: 1, sold: 1, timeline: ['pending', 'paid', 'fulfilling', 'shipped', 'delivered'] }

/** How many orders the day's figures count: a counter, which shows a second effect. */
export async function countedOrders(database: Pick<Database, 'fresh'>): Promise<number> {
  const { rows } = await database.fresh(db => db.execute<{ count: number }>(sql`select coalesce(sum(orders), 0)::int as count from sales_daily`))
  return rows[0]!.count
}
