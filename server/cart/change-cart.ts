import type { H3Event } from 'h3'
import { type AddItemBody, maxQuantity } from '../../shared/schemas/cart.ts'
import { ensureShopper, findShopper, ownerOf } from '../auth/index.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findVariants, outOfStock } from '../products/index.ts'
import { addQuantity, countItems, deleteItem, findItem, listItems, lowerQuantity, quantityOf, raiseQuantities, setQuantity } from './db/queries.ts'
import { cartFull, maxLines } from './errors.ts'
import { emptyCart, type HeldByOwner, stockedItems, viewCart } from './view-cart.ts'

export const ownerIdOf = (owner: { sessionId: string, userId: string | null }) => owner.userId ?? owner.sessionId

/** What is sold under this id today, and how many of it this owner can have. */
async function stockFor(tx: Transaction, ownerId: string, variantId: string, wanted: number, heldByOwner: HeldByOwner) {
  const [variant] = await findVariants(tx, [variantId])
  if (!variant) throw notFound('variant')
  const held = variant.onHand < wanted ? (await heldByOwner(tx, ownerId)).get(variantId) ?? 0 : 0
  return { priceMinor: variant.priceMinor, left: variant.onHand + held }
}

/**
 * @param wish `addedAt` is the place that it had before it was taken out; with `orFewer` as many go in as there are.
 * @throws {AppError} 404, 409 `orders/out-of-stock`, 409 `cart/full`
 */
export async function addToCart(event: H3Event, { variantId, quantity, addedAt, orFewer }: AddItemBody) {
  const ownerId = ownerIdOf(ownerOf(await ensureShopper(event)))
  const db = databaseFor(event)
  await db.write(async (tx) => {
    const already = await quantityOf(tx, ownerId, variantId)
    const wanted = Math.min(maxQuantity, already + quantity)
    const { priceMinor, left } = await stockFor(tx, ownerId, variantId, wanted, event.context.heldByOwner)
    const fewer = left < wanted
    if (fewer && (!orFewer || left <= already)) throw outOfStock(variantId)
    if (already === 0 && await countItems(tx, ownerId) >= maxLines) throw cartFull()
    await addQuantity(tx, ownerId, variantId, fewer ? left - already : quantity, { seenPriceMinor: priceMinor, addedAt, reducedFrom: fewer ? wanted : null })
  })
  return viewFor(event, ownerId)
}

/** @throws {AppError} 404, 409 `orders/out-of-stock` */
export async function changeQuantity(event: H3Event, id: string, quantity: number) {
  const ownerId = await existingOwner(event)
  await databaseFor(event).write(async (tx) => {
    const item = await findItem(tx, ownerId, id)
    if (!item) throw notFound('cart line')
    if (quantity > item.quantity) {
      const { left } = await stockFor(tx, ownerId, item.variantId, quantity, event.context.heldByOwner)
      if (left < quantity) throw outOfStock(item.variantId)
    }
    await setQuantity(tx, ownerId, id, quantity)
  })
  return viewFor(event, ownerId)
}

/** Lowers what there are not enough of to what is left. What is sold out or no longer sold stays, for its shopper to decide over. */
export async function adjustToStock(event: H3Event) {
  const shopper = await findShopper(event)
  if (!shopper) return emptyCart
  const ownerId = ownerIdOf(ownerOf(shopper))
  await databaseFor(event).write(async (tx) => {
    for (const { item, sold } of await stockedItems(tx, ownerId, event.context.heldByOwner)) {
      if (sold && sold.available > 0 && sold.available < item.quantity) await lowerQuantity(tx, item, sold.available)
    }
  })
  return viewFor(event, ownerId)
}

/** @throws {AppError} 404 */
export async function removeFromCart(event: H3Event, id: string) {
  const ownerId = await existingOwner(event)
  const gone = await databaseFor(event).write(tx => deleteItem(tx, ownerId, id))
  if (!gone) throw notFound('cart line')
  return { gone, cart: await viewFor(event, ownerId) }
}

/**
 * Puts several things in at once, of each at least so many in the end: again it changes nothing. That they can be had is
 * the caller's to know.
 * @throws {AppError} 409 `cart/full`
 */
export async function putInCart(tx: Transaction, ownerId: string, lines: readonly { variantId: string, quantity: number }[]): Promise<void> {
  const there = new Set((await listItems(tx, ownerId)).map(item => item.variantId))
  if (there.size + lines.filter(line => !there.has(line.variantId)).length > maxLines) throw cartFull()
  await raiseQuantities(tx, ownerId, lines.toSorted((a, b) => (a.variantId < b.variantId ? -1 : 1)))
}

export async function ownCart(event: H3Event) {
  const shopper = await findShopper(event)
  return shopper ? viewFor(event, ownerIdOf(ownerOf(shopper))) : emptyCart
}

const viewFor = (event: H3Event, ownerId: string) => databaseFor(event).read(db => viewCart(db, ownerId, event.context.heldByOwner))

async function existingOwner(event: H3Event): Promise<string> {
  const shopper = await findShopper(event)
  if (!shopper) throw notFound('cart line')
  return ownerIdOf(ownerOf(shopper))
}
