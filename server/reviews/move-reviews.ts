import { sql } from 'drizzle-orm'
import type { Transaction } from '../platform/db/connect.ts'
import { countRating } from '../products/index.ts'

/**
 * A guest's reviews and votes become the account's when they sign in. Where the account has one of the product already, or
 * voted already, the guest's goes: one review a buyer, one vote a shopper.
 */
export async function moveReviews(tx: Transaction, fromOwnerId: string, toOwnerId: string): Promise<void> {
  await tx.execute(sql`
    update reviews mine set owner_id = ${toOwnerId}
    where owner_id = ${fromOwnerId} and not exists (select 1 from reviews other where other.owner_id = ${toOwnerId} and other.product_id = mine.product_id)`)
  const { rows: dropped } = await tx.execute<{ product_id: string, rating: number, status: string }>(sql`
    delete from reviews where owner_id = ${fromOwnerId} returning product_id, rating, status`)
  for (const { product_id, rating, status } of dropped) {
    if (status === 'published') await countRating(tx, product_id, rating, -1)
  }
  await tx.execute(sql`
    with gone as (delete from review_votes where owner_id = ${fromOwnerId} returning review_id, at),
    kept as (
      insert into review_votes (review_id, owner_id, at)
      select review_id, ${toOwnerId}::uuid, at from gone where not exists (select 1 from reviews r where r.id = review_id and r.owner_id = ${toOwnerId})
      order by review_id on conflict do nothing returning review_id)
    update reviews set helpful = helpful - 1 where id in (select review_id from gone except select review_id from kept)`)
  // What the account voted for may have been its own as a guest.
  await tx.execute(sql`
    with own as (delete from review_votes v using reviews r where r.id = v.review_id and v.owner_id = ${toOwnerId} and r.owner_id = ${toOwnerId} returning v.review_id)
    update reviews set helpful = helpful - 1 where id in (select review_id from own)`)
}
