import { and, asc, eq, sql } from 'drizzle-orm'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { cartItems } from './tables.ts'

const columns = { id: cartItems.id, variantId: cartItems.variantId, quantity: cartItems.quantity }

export const listItems = (db: Reader, ownerId: string) => db.select(columns).from(cartItems)
  .where(eq(cartItems.ownerId, ownerId)).orderBy(asc(cartItems.addedAt), asc(cartItems.id)).limit(200)

export async function findItem(db: Executor, ownerId: string, id: string) {
  const [row] = await db.select(columns).from(cartItems).where(and(eq(cartItems.id, id), eq(cartItems.ownerId, ownerId)))
  return row
}

export async function quantityOf(db: Executor, ownerId: string, variantId: string): Promise<number> {
  const [row] = await db.select({ quantity: cartItems.quantity }).from(cartItems).where(and(eq(cartItems.ownerId, ownerId), eq(cartItems.variantId, variantId)))
  return row?.quantity ?? 0
}

export const countItems = async (db: Executor, ownerId: string) => (await db.select({ id: cartItems.id }).from(cartItems).where(eq(cartItems.ownerId, ownerId))).length

export const addQuantity = (db: Executor, ownerId: string, variantId: string, quantity: number) => db.insert(cartItems)
  .values({ ownerId, variantId, quantity })
  .onConflictDoUpdate({ target: [cartItems.ownerId, cartItems.variantId], set: { quantity: sql`least(99, ${cartItems.quantity} + excluded.quantity)` } })

export const setQuantity = (db: Executor, ownerId: string, id: string, quantity: number) => db.update(cartItems).set({ quantity })
  .where(and(eq(cartItems.id, id), eq(cartItems.ownerId, ownerId)))

export async function deleteItem(db: Executor, ownerId: string, id: string): Promise<number> {
  const gone = await db.delete(cartItems).where(and(eq(cartItems.id, id), eq(cartItems.ownerId, ownerId))).returning({ id: cartItems.id })
  return gone.length
}

/** Takes out what was bought, and only that much: what was added meanwhile stays. */
export async function subtractItems(db: Executor, ownerId: string, lines: readonly { variantId: string, quantity: number }[]) {
  for (const { variantId, quantity } of lines) {
    const line = and(eq(cartItems.ownerId, ownerId), eq(cartItems.variantId, variantId))
    await db.delete(cartItems).where(and(line, sql`${cartItems.quantity} <= ${quantity}`))
    await db.update(cartItems).set({ quantity: sql`${cartItems.quantity} - ${quantity}` }).where(and(line, sql`${cartItems.quantity} > ${quantity}`))
  }
}

/** Moves a guest's lines to the account; they are gone from the guest, so that it happens once. */
export async function moveItems(db: Executor, fromOwnerId: string, toOwnerId: string) {
  await db.execute(sql`
    with moved as (delete from cart_items where owner_id = ${fromOwnerId} returning variant_id, quantity, added_at)
    insert into cart_items (owner_id, variant_id, quantity, added_at)
    select ${toOwnerId}::uuid, variant_id, quantity, added_at from moved order by variant_id
    on conflict (owner_id, variant_id) do update set quantity = least(99, cart_items.quantity + excluded.quantity)`)
}
