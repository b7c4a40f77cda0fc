/**
 * Prevents: a code for the first hundred that two hundred have used, and one for each shopper that one shopper used twice.
 * Guarantees: a code is taken in the order's own transaction by conditional updates, so that its limits hold in any interleaving;
 * it goes back once, when the order comes to nothing. A guest is known again by the e-mail address, whatever the session.
 *
 * @pattern limited-redemption
 */
import { sql } from 'drizzle-orm'
import type { Transaction } from '../platform/db/connect.ts'
import { promotionRedemptions } from './db/tables.ts'
import { alreadyUsed, usedUp } from './errors.ts'
import { identitiesOf } from './shopper-identities.ts'

export interface Redemption { promotionId: string, orderId: string, ownerId: string, email: string }

/**
 * Takes one use for an order. Its dates, its minimum and its switch were looked at when the checkout began, and are not again.
 * The rows are locked in one order, the one that all buyers want last.
 * @throws {AppError} 409 `promotions/already-used`, 409 `promotions/used-up`; the caller's transaction must not commit then
 */
export async function redeemCode(tx: Transaction, { promotionId, orderId, ...shopper }: Redemption): Promise<void> {
  const identities = identitiesOf(shopper)
  for (const identity of identities) {
    const { rowCount } = await tx.execute(sql`
      insert into promotion_shoppers as mine (promotion_id, identity, used) values (${promotionId}, ${identity}, 1)
      on conflict (promotion_id, identity) do update set used = mine.used + 1
      where mine.used < coalesce((select per_shopper_limit from promotions where id = ${promotionId}), 2147483647)`)
    if (rowCount === 0) throw alreadyUsed(409)
  }
  const { rowCount } = await tx.execute(sql`update promotions set used = used + 1 where id = ${promotionId} and (total_limit is null or used < total_limit)`)
  if (rowCount === 0) throw usedUp(409)
  await tx.insert(promotionRedemptions).values({ orderId, promotionId, identities })
}

/** Gives an order's use back; again, or for an order without one, it does nothing. */
export async function returnCode(tx: Transaction, orderId: string): Promise<void> {
  const { rows: [row] } = await tx.execute<{ promotion_id: string, identities: string[] }>(sql`
    update promotion_redemptions set state = 'returned', returned_at = clock_timestamp() where order_id = ${orderId} and state = 'taken'
    returning promotion_id, identities`)
  if (!row) return
  for (const identity of row.identities) await tx.execute(sql`update promotion_shoppers set used = used - 1 where promotion_id = ${row.promotion_id} and identity = ${identity}`)
  await tx.execute(sql`update promotions set used = used - 1 where id = ${row.promotion_id}`)
}
