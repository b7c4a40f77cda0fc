/**
 * What sold, read from the orders themselves by ranges of their time: an order counts where it was placed, less what has gone back
 * of it since. A cancelled one has all of its money promised back, and counts as nothing but an order.
 */
import { sql } from 'drizzle-orm'
import type { DeskSums, Figures } from '../../../shared/schemas/desk.ts'
import type { Reader } from '../../platform/db/database.ts'
import { type ShopTimes, shopDayOf, shopZone } from '../../platform/db/shop-day.ts'

const wasPaid = sql`o.status not in ('pending', 'payment-failed')`
const netMinor = sql`case when o.status = 'cancelled' then 0 else o.total_minor - o.refunded_minor end`

/** Sums over the orders placed from `from` until before `to`. */
export async function sumOrders(db: Reader, from: string, to: string): Promise<DeskSums> {
  const { rows: [row] } = await db.execute<{ orders: number, units: number, revenue: string, failures: number }>(sql`
    select (count(*) filter (where ${wasPaid}))::int as orders, (count(*) filter (where o.status = 'payment-failed'))::int as failures,
      coalesce(sum(${netMinor}) filter (where ${wasPaid}), 0)::bigint as revenue,
      (select coalesce(sum((l.line ->> 'quantity')::int), 0)::int from orders o join order_lines l on l.order_id = o.id
        where o.placed_at >= ${from}::timestamptz and o.placed_at < ${to}::timestamptz and ${wasPaid}) as units
    from orders o where o.placed_at >= ${from}::timestamptz and o.placed_at < ${to}::timestamptz`)
  const { orders, units, failures } = row!
  const revenueMinor = Number(row!.revenue)
  return { orders, units, revenueMinor, averageMinor: orders > 0 ? Math.round(revenueMinor / orders) : 0, paymentFailures: failures }
}

/** One row a day of the shop from `monthAgo` to today, days without an order included. */
export async function sumDays(db: Reader, { now, monthAgo }: Pick<ShopTimes, 'now' | 'monthAgo'>): Promise<Figures['days']> {
  const zone = sql.raw(`'${shopZone}'`)
  const { rows } = await db.execute<{ day: string, orders: number, revenue: string }>(sql`
    with sold as (
      select ${shopDayOf(sql`o.placed_at`)} as day, count(*)::int as orders, sum(${netMinor})::bigint as revenue
      from orders o where o.placed_at >= ${monthAgo}::timestamptz and o.placed_at <= ${now}::timestamptz and ${wasPaid} group by 1)
    select d.day::date::text as day, coalesce(sold.orders, 0) as orders, coalesce(sold.revenue, 0) as revenue
    from generate_series((${monthAgo}::timestamptz at time zone ${zone})::date::timestamp, (${now}::timestamptz at time zone ${zone})::date::timestamp, '1 day') as d(day)
    left join sold on sold.day = d.day::date::text order by 1`)
  return rows.map(({ day, orders, revenue }) => ({ day, orders, revenueMinor: Number(revenue) }))
}

/** What left the shelf most since then, in units; what was cancelled or all sent back is not sold. */
export async function listBestSellers(db: Reader, since: string, limit = 5): Promise<Figures['bestSellers']> {
  const { rows } = await db.execute<{ slug: string, name: string, image: Figures['bestSellers'][number]['image'], units: number, revenue: string }>(sql`
    select l.line ->> 'slug' as slug, max(l.line ->> 'name') as name, (array_agg(l.line -> 'image'))[1] as image,
      sum((l.line ->> 'quantity')::int)::int as units, sum((l.line ->> 'lineTotalMinor')::int)::bigint as revenue
    from orders o join order_lines l on l.order_id = o.id
    where o.placed_at >= ${since}::timestamptz and ${wasPaid} and o.status not in ('cancelled', 'refunded')
    group by 1 order by units desc, slug limit ${limit}`)
  return rows.filter(row => row.slug).map(({ slug, name, image, units, revenue }) => ({ slug, name, image: image ?? null, units, revenueMinor: Number(revenue) }))
}

/** Orders that are paid and whose parcel the carrier has not taken. */
export async function countToPack(db: Reader): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`select count(*)::int as count from orders where status = 'paid'`)
  return rows[0]!.count
}

/** The same at an earlier moment, from the timelines; an order that had waited more than three days by then is not looked for. */
export async function countToPackAt(db: Reader, at: string): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from orders o
    where o.placed_at > ${at}::timestamptz - interval '3 days' and o.placed_at <= ${at}::timestamptz
      and (select e.status from order_events e where e.order_id = o.id and e.at <= ${at}::timestamptz order by e.id desc limit 1) = 'paid'`)
  return rows[0]!.count
}

/** Returns that are on their way back now, and that were at an earlier moment. */
export async function countOpenReturns(db: Reader, at: string): Promise<{ now: number, then: number }> {
  const { rows } = await db.execute<{ now: number, then: number }>(sql`
    select (select count(*)::int from returns where status = 'requested') as now,
      ((select count(*) from returns where status = 'requested' and requested_at <= ${at}::timestamptz)
        + (select count(*) from returns where closed_at > ${at}::timestamptz and requested_at <= ${at}::timestamptz))::int as then`)
  return rows[0]!
}
