import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'

interface LedgerIntent { orderId: string, capturedMinor: number, refundedMinor: number }
type Counts = Record<string, number>

/** What must hold of the database alone; each query counts the rows that break it. */
const broken: Record<string, ReturnType<typeof sql>> = {
  'stock does not add up, or is negative': sql`
    select count(*)::int as count from stock where received <> on_hand + reserved + sold - restocked or least(on_hand, reserved, sold, restocked) < 0`,
  'movements do not sum to the counters': sql`
    select count(*)::int as count from stock s left join (
      select variant_id,
        coalesce(sum(quantity) filter (where kind in ('received', 'corrected')), 0) as received,
        coalesce(sum(quantity) filter (where kind = 'held'), 0) - coalesce(sum(quantity) filter (where kind in ('released', 'sold')), 0) as reserved,
        coalesce(sum(quantity) filter (where kind = 'sold'), 0) as sold,
        coalesce(sum(quantity) filter (where kind = 'restocked'), 0) as restocked
      from stock_movements group by 1) m using (variant_id)
    where (s.received, s.reserved, s.sold, s.restocked) is distinct from (coalesce(m.received, 0), coalesce(m.reserved, 0), coalesce(m.sold, 0), coalesce(m.restocked, 0))`,
  'reserved units that no hold has': sql`
    select count(*)::int as count from stock s where reserved <> (
      select coalesce(sum(l.quantity), 0) from stock_hold_lines l join stock_holds h on h.id = l.hold_id
      where l.variant_id = s.variant_id and h.status in ('active', 'claimed'))`,
  'money that does not add up': sql`
    select count(*)::int as count from orders o where total_minor <> subtotal_minor + shipping_minor
      or subtotal_minor <> (select sum((line ->> 'quantity')::int * (line ->> 'unitPriceMinor')::int) from order_lines where order_id = o.id)`,
  'orders whose status is not their last step': sql`
    select count(*)::int as count from orders o where status <> (select status from order_events where order_id = o.id order by id desc limit 1)`,
  'orders and payments that contradict each other': sql`
    select count(*)::int as count from orders o join payments p on p.order_id = o.id
    where (p.state = 'captured') <> (o.status not in ('pending', 'payment-failed')) and o.status <> 'pending'
      and not (o.status = 'payment-failed' and p.state = 'captured' and p.amount_minor = (select coalesce(sum(amount_minor), 0) from refunds where order_id = o.id))`,
}

const ledgerAt = (sandboxUrl: string) => async () => (await (await fetch(`${sandboxUrl}/ledger`)).json() as { intents: LedgerIntent[] }).intents

/** Asks the database and the gateway's own books, at the sandbox's URL or in memory; answers what is broken and how often, nothing when all is well. */
export async function brokenInvariants(database: Pick<Database, 'fresh'>, books: string | (() => Promise<LedgerIntent[]>)): Promise<Counts> {
  const found: Counts = {}
  for (const [name, query] of Object.entries(broken)) {
    const { rows } = await database.fresh(db => db.execute<{ count: number }>(query))
    if (rows[0]!.count > 0) found[name] = rows[0]!.count
  }
  const { rows: orders } = await database.fresh(db => db.execute<{ id: string, status: string, total_minor: number, refunded_minor: number }>(sql`select id, status, total_minor, refunded_minor from orders`))
  const intents = await (typeof books === 'string' ? ledgerAt(books) : books)()
  const captured = Map.groupBy(intents.filter(intent => intent.capturedMinor > 0), intent => intent.orderId)
  const count = (name: string, breaks: boolean) => {
    if (breaks) found[name] = (found[name] ?? 0) + 1
  }
  for (const order of orders) {
    const charges = captured.get(order.id) ?? []
    const paid = !['pending', 'payment-failed'].includes(order.status)
    count('orders charged twice', charges.length > 1)
    count('paid orders that the gateway did not charge in full', paid && charges[0]?.capturedMinor !== order.total_minor)
    count('failed orders that were charged', order.status === 'payment-failed' && charges.some(charge => charge.capturedMinor > charge.refundedMinor))
    count('refunds that the gateway has otherwise', (charges[0]?.refundedMinor ?? 0) !== order.refunded_minor && order.status !== 'cancelled')
  }
  const known = new Set(orders.map(order => order.id))
  count('charges without an order', [...captured.keys()].some(id => !known.has(id)))
  return found
}
