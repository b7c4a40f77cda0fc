import { and, eq, inArray, or, sql } from 'drizzle-orm'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { orderLines, orders } from './tables.ts'

/** Who says to have bought something: an owner by the cookie, a guest by an order and its token, or both. */
export interface PurchaseClaim { ownerId: string | null, orderId: string | null, token: string | null }

/** Paid or later, also what was sent back: who had a thing may speak of it. */
const bought = ['paid', 'fulfilling', 'shipped', 'delivered', 'refunded'] as const

/**
 * The latest order of this claim with one of these variants that was paid, and whose it is.
 * @param options with `hold` it stays theirs until the end of the transaction: an account that is being deleted has it no more, or waits
 */
export async function findPurchase(db: Reader | Executor, variantIds: readonly string[], { ownerId, orderId, token }: PurchaseClaim, { hold = false } = {}): Promise<{ orderId: string, ownerId: string } | undefined> {
  const claims = [
    ownerId ? eq(orders.ownerId, ownerId) : undefined,
    orderId && token ? and(eq(orders.id, orderId), eq(orders.accessToken, token)) : undefined,
  ].filter(condition => condition !== undefined)
  if (claims.length === 0 || variantIds.length === 0) return undefined
  const query = db.select({ orderId: orders.id, ownerId: orders.ownerId }).from(orders)
    .where(and(
      or(...claims),
      inArray(orders.status, [...bought]),
      sql`exists (select 1 from ${orderLines} l where l.order_id = ${orders.id} and l.line ->> 'variantId' = any(${sql.param([...variantIds])}::text[]))`,
    ))
    // The token names the buyer more exactly than the cookie of a browser that somebody else may use as well.
    .orderBy(sql`${orders.id} = ${orderId}::uuid desc nulls last, ${orders.placedAt} desc`).limit(1).$dynamic()
  const [row] = await (hold ? query.for('share') : query)
  return row
}
