import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'

/** What must hold of the shelf. Counters and ledger change in one transaction, so only the sweep of holds gets any time. */
export const stockInvariants: readonly Invariant[] = [
  {
    name: 'stock-adds-up',
    says: 'What was received is on hand, reserved or sold, less what came back; nothing is negative.',
    query: () => sql`
      select variant_id as id from stock
      where received <> on_hand + reserved + sold - restocked or least(on_hand, reserved, sold, restocked) < 0`,
  },
  {
    name: 'movements-sum-to-stock',
    says: 'The movements of each variant sum to its counters.',
    query: () => sql`
      select s.variant_id as id from stock s left join (
        select variant_id,
          coalesce(sum(quantity) filter (where kind in ('received', 'corrected')), 0) as received,
          coalesce(sum(quantity) filter (where kind = 'held'), 0) - coalesce(sum(quantity) filter (where kind in ('released', 'sold')), 0) as reserved,
          coalesce(sum(quantity) filter (where kind = 'sold'), 0) as sold,
          coalesce(sum(quantity) filter (where kind = 'restocked'), 0) as restocked
        from stock_movements group by 1) m using (variant_id)
      where (s.received, s.reserved, s.sold, s.restocked) is distinct from (coalesce(m.received, 0), coalesce(m.reserved, 0), coalesce(m.sold, 0), coalesce(m.restocked, 0))`,
  },
  {
    name: 'reserved-units-are-held',
    says: 'The reserved units of each variant are those of its active and claimed holds.',
    query: () => sql`
      with held as (
        select l.variant_id, sum(l.quantity) as units from stock_holds h join stock_hold_lines l on l.hold_id = h.id
        where h.status in ('active', 'claimed') group by 1)
      select coalesce(s.variant_id, held.variant_id) as id from stock s full join held using (variant_id)
      where coalesce(s.reserved, 0) <> coalesce(held.units, 0)`,
  },
  {
    name: 'holds-end-on-time',
    says: 'No hold outlives its deadline by more than a sweep.',
    query: due => sql`select id from stock_holds where status = 'active' and expires_at < ${due(30)}`,
  },
  {
    name: 'holds-are-sold-once',
    says: 'Each sold hold has one movement for each of its variants, of as many units, and no movement sells what was not held.',
    query: () => sql`
      with lines as (
        select h.id::text as reference, l.variant_id, l.quantity from stock_holds h join stock_hold_lines l on l.hold_id = h.id
        where h.status in ('sold', 'returned')),
      moved as (
        select reference, variant_id, count(*) as times, sum(quantity) as quantity from stock_movements where kind = 'sold' group by 1, 2)
      select distinct reference as id from lines full join moved using (reference, variant_id)
      where lines.quantity is distinct from moved.quantity or moved.times > 1`,
  },
]
