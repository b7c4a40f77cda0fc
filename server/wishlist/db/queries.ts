import { and, count, desc, eq, sql } from 'drizzle-orm'
import { maxWishes } from '../../../shared/schemas/wishlist.ts'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { wishes } from './tables.ts'

export const listWishes = (db: Reader | Executor, ownerId: string) => db.select({ productId: wishes.productId, addedAt: wishes.addedAt }).from(wishes)
  .where(eq(wishes.ownerId, ownerId)).orderBy(desc(wishes.addedAt), desc(wishes.productId)).limit(maxWishes)

export const countWishes = async (db: Executor, ownerId: string): Promise<number> =>
  (await db.select({ n: count() }).from(wishes).where(eq(wishes.ownerId, ownerId)))[0]!.n

export const hasWish = async (db: Executor, ownerId: string, productId: string): Promise<boolean> =>
  (await db.select({ productId: wishes.productId }).from(wishes).where(and(eq(wishes.ownerId, ownerId), eq(wishes.productId, productId)))).length > 0

export const insertWish = (tx: Transaction, ownerId: string, productId: string) => tx.insert(wishes).values({ ownerId, productId }).onConflictDoNothing()

/** @returns whether it was there */
export const deleteWish = async (tx: Transaction, ownerId: string, productId: string): Promise<boolean> =>
  (await tx.delete(wishes).where(and(eq(wishes.ownerId, ownerId), eq(wishes.productId, productId))).returning({ productId: wishes.productId })).length > 0

/** A guest's wishes join the account's when they sign in: what both wish for is there once, as long as the older of them. */
export async function moveWishes(tx: Transaction, fromOwnerId: string, toOwnerId: string) {
  await tx.execute(sql`
    with moved as (delete from wishes where owner_id = ${fromOwnerId} returning product_id, added_at)
    insert into wishes (owner_id, product_id, added_at)
    select ${toOwnerId}::uuid, product_id, added_at from moved order by product_id
    on conflict (owner_id, product_id) do update set added_at = least(wishes.added_at, excluded.added_at)`)
}
