import { and, asc, eq, sql } from 'drizzle-orm'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { cartItems, cartPromos } from './tables.ts'

const columns = {
  id: cartItems.id,
  variantId: cartItems.variantId,
  quantity: cartItems.quantity,
  addedAt: cartItems.addedAt,
  seenPriceMinor: cartItems.seenPriceMinor,
  reducedFrom: cartItems.reducedFrom,
}

export const listItems = (db: Reader | Executor, ownerId: string) => db.select(columns).from(cartItems)
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

/** A place in the cart that something had before: none in the future, nor before there was a shop. */
const placeOf = (addedAt: string) => new Date(Math.min(Date.now(), Math.max(Date.parse(addedAt) || Date.now(), Date.UTC(2020))))

/** `addedAt` is the place that the line had before it was taken out. */
export const addQuantity = (db: Executor, ownerId: string, variantId: string, quantity: number, { seenPriceMinor = null, addedAt, reducedFrom = null }: { seenPriceMinor?: number | null, addedAt?: string, reducedFrom?: number | null } = {}) => db.insert(cartItems)
  .values({ ownerId, variantId, quantity, seenPriceMinor, reducedFrom, ...(addedAt && { addedAt: placeOf(addedAt) }) })
  .onConflictDoUpdate({ target: [cartItems.ownerId, cartItems.variantId], set: { quantity: sql`least(99, ${cartItems.quantity} + excluded.quantity)`, seenPriceMinor: sql`excluded.seen_price_minor`, reducedFrom: sql`excluded.reduced_from` } })

export const setQuantity = (db: Executor, ownerId: string, id: string, quantity: number) => db.update(cartItems).set({ quantity, reducedFrom: null })
  .where(and(eq(cartItems.id, id), eq(cartItems.ownerId, ownerId)))

/** Lowers a quantity to what is left, unless its shopper has changed it since it was read; what they had wanted first is kept. */
export const lowerQuantity = (db: Executor, { id, quantity }: { id: string, quantity: number }, left: number) => db.update(cartItems)
  .set({ quantity: left, reducedFrom: sql`coalesce(${cartItems.reducedFrom}, ${cartItems.quantity})` })
  .where(and(eq(cartItems.id, id), eq(cartItems.quantity, quantity)))

/** Answers what was taken out, so that it can be put back where it was. */
export async function deleteItem(db: Executor, ownerId: string, id: string) {
  const [gone] = await db.delete(cartItems).where(and(eq(cartItems.id, id), eq(cartItems.ownerId, ownerId))).returning(columns)
  return gone
}

export const removeItems = (db: Executor, ownerId: string) => db.delete(cartItems).where(eq(cartItems.ownerId, ownerId))

/** Raises each quantity to at least this much, so that the same again changes nothing. */
export async function raiseQuantities(db: Executor, ownerId: string, lines: readonly { variantId: string, quantity: number }[]) {
  if (lines.length === 0) return
  await db.insert(cartItems).values(lines.map(({ variantId, quantity }) => ({ ownerId, variantId, quantity })))
    .onConflictDoUpdate({ target: [cartItems.ownerId, cartItems.variantId], set: { quantity: sql`greatest(${cartItems.quantity}, excluded.quantity)` } })
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
    with moved as (delete from cart_items where owner_id = ${fromOwnerId} returning variant_id, quantity, added_at, seen_price_minor, reduced_from)
    insert into cart_items (owner_id, variant_id, quantity, added_at, seen_price_minor, reduced_from)
    select ${toOwnerId}::uuid, variant_id, quantity, added_at, seen_price_minor, reduced_from from moved order by variant_id
    on conflict (owner_id, variant_id) do update set quantity = least(99, cart_items.quantity + excluded.quantity)`)
}

export async function findCode(db: Reader | Executor, ownerId: string): Promise<string | null> {
  const [row] = await db.select({ code: cartPromos.code }).from(cartPromos).where(eq(cartPromos.ownerId, ownerId))
  return row?.code ?? null
}

/** One code a cart: a new one takes the place of the old. */
export const keepCode = (db: Executor, ownerId: string, code: string) => db.insert(cartPromos).values({ ownerId, code })
  .onConflictDoUpdate({ target: cartPromos.ownerId, set: { code, addedAt: sql`now()` } })

/** Takes the code out; only this one, where it is named. */
export const forgetCode = (db: Executor, ownerId: string, code?: string) => db.delete(cartPromos)
  .where(and(eq(cartPromos.ownerId, ownerId), code === undefined ? undefined : eq(cartPromos.code, code)))

/** A guest's code goes with them to the account, where it takes the place of an older one. */
export async function moveCode(db: Executor, fromOwnerId: string, toOwnerId: string) {
  await db.execute(sql`
    with moved as (delete from cart_promos where owner_id = ${fromOwnerId} returning code, added_at)
    insert into cart_promos (owner_id, code, added_at) select ${toOwnerId}::uuid, code, added_at from moved
    on conflict (owner_id) do update set code = excluded.code, added_at = excluded.added_at`)
}
