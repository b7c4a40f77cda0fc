import { and, desc, eq, or, sql, type SQL } from 'drizzle-orm'
import type { DeskOrderQuery, DeskOrderSummary } from '../../../shared/schemas/desk.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { Position } from '../../platform/http/cursor.ts'
import { startOfDay } from '../../platform/db/shop-day.ts'
import { orders } from '../db/tables.ts'

type Wanted = Pick<DeskOrderQuery, 'q' | 'status' | 'from' | 'to'> & { after: Position | null, limit: number }

const escaped = (term: string) => term.replaceAll(/[\\%_]/g, '\\$&')

/**
 * A number finds its order, anything else a part of an e-mail address or of the name on the parcel. Three letters are what the index
 * can look for anywhere; fewer must begin the word.
 */
function matching(term: string): SQL {
  const [, digits] = /^(?:ms-?)?(\d{1,18})$/i.exec(term) ?? []
  if (digits) return eq(orders.number, `MS-${digits}`)
  const pattern = term.length < 3 ? `${escaped(term)}%` : `%${escaped(term)}%`
  return or(sql`${orders.email} ilike ${pattern}`, sql`(${orders.address} ->> 'name') ilike ${pattern}`)!
}

/** All shoppers' orders, newest first; days are the shop's. */
export async function findOrders(db: Reader, { q, status, from, to, after, limit }: Wanted): Promise<(DeskOrderSummary & { place: string })[]> {
  const rows = await db.select({
    order: orders,
    place: sql<string>`${orders.placedAt}::text`,
    itemCount: sql<number>`(select coalesce(sum((line ->> 'quantity')::int), 0)::int from order_lines where order_id = ${orders.id})`,
    image: sql<DeskOrderSummary['image']>`(select line -> 'image' from order_lines where order_id = ${orders.id} order by position limit 1)`,
  }).from(orders).where(and(
    q ? matching(q) : undefined,
    status ? eq(orders.status, status) : undefined,
    from ? sql`${orders.placedAt} >= ${startOfDay(from)}` : undefined,
    to ? sql`${orders.placedAt} < ${startOfDay(to, 1)}` : undefined,
    after ? sql`(${orders.placedAt}, ${orders.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
  )).orderBy(desc(orders.placedAt), desc(orders.id)).limit(limit)
  return rows.map(({ order, place, itemCount, image }) => ({
    place,
    id: order.id,
    number: order.number,
    status: order.status,
    totalMinor: order.totalMinor,
    refundedMinor: order.refundedMinor,
    currency: order.currency,
    itemCount,
    image: image ?? null,
    name: order.address.name ?? '',
    email: order.email,
    placedAt: order.placedAt.toISOString(),
  }))
}
