import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { releaseHold, returnHold, sellHold } from './stock.ts'

/** The part of an order's news that stock cares about. */
const news = z.object({ holdId: z.uuid(), lines: z.array(z.object({ variantId: z.uuid(), quantity: z.number().int().positive() })) })

/** Books what an order's news mean for the shelf. A cancellation that overtakes its payment releases the hold, and the sale then finds none. */
export const stockLedger: Subscriber = {
  name: 'stock-ledger',
  events: ['order.paid', 'order.cancelled'],
  async apply(tx, { type, payload }) {
    const { holdId, lines } = news.parse(payload)
    if (type === 'order.cancelled') {
      // The sale may commit between the first two looks; once sold, it stays so until it is returned.
      if (!await returnHold(tx, holdId) && !await releaseHold(tx, holdId)) await returnHold(tx, holdId)
      return
    }
    if (!await sellHold(tx, holdId)) return
    await tx.execute(sql`
      update products p set sold_count = p.sold_count + sold.units
      from (select v.product_id, sum(l.quantity)::int as units
            from unnest(${sql.param(lines.map(line => line.variantId))}::uuid[], ${sql.param(lines.map(line => line.quantity))}::int[]) as l(variant_id, quantity)
            join variants v on v.id = l.variant_id group by 1 order by 1) sold
      where p.id = sold.product_id`)
  },
}
