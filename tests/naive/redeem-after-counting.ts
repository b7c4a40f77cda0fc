import { sql } from 'drizzle-orm'
import type { Transaction } from '../../server/platform/db/connect.ts'
import { promotionRedemptions } from '../../server/promotions/db/tables.ts'

/** Counts who has the code, all and of that address, and writes one more down afterwards. */
export async function redeemAfterCounting(tx: Transaction, { promotionId, orderId, email }: { promotionId: string, orderId: string, email: string }, counted: () => Promise<void>): Promise<void> {
  const { rows: [row] } = await tx.execute<{ open: boolean }>(sql`
    select (total_limit is null or total_limit > (select count(*) from promotion_redemptions r where r.promotion_id = p.id))
      and (per_shopper_limit is null or per_shopper_limit > (select count(*) from promotion_redemptions r where r.promotion_id = p.id and r.identities @> array[${email}::text])) as open
    from promotions p where id = ${promotionId}`)
  await counted()
  if (!row?.open) throw new Error('used up')
  await tx.insert(promotionRedemptions).values({ orderId, promotionId, identities: [email] })
}
