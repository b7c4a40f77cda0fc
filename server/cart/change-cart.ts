import type { H3Event } from 'h3'
import { maxQuantity } from '../../shared/schemas/cart.ts'
import { ensureShopper, findShopper, ownerOf } from '../auth/index.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findVariants, outOfStock } from '../products/index.ts'
import { addQuantity, countItems, deleteItem, findItem, quantityOf, setQuantity } from './db/queries.ts'
import { cartFull, maxLines } from './errors.ts'
import { emptyCart, viewCart } from './view-cart.ts'

export const ownerIdOf = (owner: { sessionId: string, userId: string | null }) => owner.userId ?? owner.sessionId

async function requireStock(tx: Transaction, variantId: string, quantity: number) {
  const [variant] = await findVariants(tx, [variantId])
  if (!variant) throw notFound('variant')
  if (variant.onHand < quantity) throw outOfStock(variantId)
}

/** @throws {AppError} 404, 409 `orders/out-of-stock`, 409 `cart/full` */
export async function addToCart(event: H3Event, { variantId, quantity }: { variantId: string, quantity: number }) {
  const ownerId = ownerIdOf(ownerOf(await ensureShopper(event)))
  const db = databaseFor(event)
  await db.write(async (tx) => {
    const already = await quantityOf(tx, ownerId, variantId)
    await requireStock(tx, variantId, Math.min(maxQuantity, already + quantity))
    if (already === 0 && await countItems(tx, ownerId) >= maxLines) throw cartFull()
    await addQuantity(tx, ownerId, variantId, quantity)
  })
  return db.read(reader => viewCart(reader, ownerId))
}

/** @throws {AppError} 404, 409 `orders/out-of-stock` */
export async function changeQuantity(event: H3Event, id: string, quantity: number) {
  const ownerId = await existingOwner(event)
  const db = databaseFor(event)
  await db.write(async (tx) => {
    const item = await findItem(tx, ownerId, id)
    if (!item) throw notFound('cart line')
    if (quantity > item.quantity) await requireStock(tx, item.variantId, quantity)
    await setQuantity(tx, ownerId, id, quantity)
  })
  return db.read(reader => viewCart(reader, ownerId))
}

/** @throws {AppError} 404 */
export async function removeFromCart(event: H3Event, id: string) {
  const ownerId = await existingOwner(event)
  const db = databaseFor(event)
  const gone = await db.write(tx => deleteItem(tx, ownerId, id))
  if (gone === 0) throw notFound('cart line')
  return db.read(reader => viewCart(reader, ownerId))
}

export async function ownCart(event: H3Event) {
  const shopper = await findShopper(event)
  if (!shopper) return emptyCart
  return databaseFor(event).read(db => viewCart(db, ownerIdOf(ownerOf(shopper))))
}

async function existingOwner(event: H3Event): Promise<string> {
  const shopper = await findShopper(event)
  if (!shopper) throw notFound('cart line')
  return ownerIdOf(ownerOf(shopper))
}
