import type { H3Event } from 'h3'
import { currency } from '../../shared/money.ts'
import { maxWishes, type WishedIds, type Wishlist } from '../../shared/schemas/wishlist.ts'
import { ensureShopper, findShopper, ownerOf } from '../auth/index.ts'
import { addToCart, ownerIdOf } from '../cart/index.ts'
import type { Cart } from '../../shared/schemas/cart.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findSellable } from '../products/index.ts'
import { countWishes, deleteWish, hasWish, insertWish, listWishes } from './db/queries.ts'
import { wishlistFull } from './errors.ts'

const ownerId = async (event: H3Event): Promise<string | null> => {
  const shopper = await findShopper(event)
  return shopper && ownerIdOf(ownerOf(shopper))
}

export async function wishedProducts(event: H3Event): Promise<WishedIds> {
  const owner = await ownerId(event)
  if (!owner) return { productIds: [] }
  return { productIds: (await databaseFor(event).read(db => listWishes(db, owner))).map(wish => wish.productId) }
}

/** What somebody wishes for, with today's prices and stock; what is no longer in the catalogue is left out. */
export async function ownWishlist(event: H3Event): Promise<Wishlist> {
  const owner = await ownerId(event)
  if (!owner) return { items: [] }
  return databaseFor(event).read(async (db) => {
    const wished = await listWishes(db, owner)
    const products = new Map((await findSellable(db, wished.map(wish => wish.productId))).map(product => [product.productId, product]))
    return {
      items: wished.flatMap(({ productId, addedAt }) => {
        const product = products.get(productId)
        return product ? [{ ...product, currency, addedAt: addedAt.toISOString() }] : []
      }),
    }
  })
}

/** Wishing for it twice is wishing for it. @throws {AppError} 404, 409 `wishlist/full` */
export async function wishFor(event: H3Event, productId: string): Promise<WishedIds> {
  const owner = ownerIdOf(ownerOf(await ensureShopper(event)))
  await databaseFor(event).write(async (tx) => {
    if ((await findSellable(tx, [productId])).length === 0) throw notFound('product')
    if (await countWishes(tx, owner) >= maxWishes && !await hasWish(tx, owner, productId)) throw wishlistFull()
    await insertWish(tx, owner, productId)
  })
  return wishedProducts(event)
}

/** @throws {AppError} 404 */
export async function forgetWish(event: H3Event, productId: string): Promise<WishedIds> {
  const owner = await ownerId(event)
  if (!owner || !await databaseFor(event).write(tx => deleteWish(tx, owner, productId))) throw notFound('wish')
  return wishedProducts(event)
}

/**
 * Puts one into the basket and ends the wish. When the basket refuses, the wish stays.
 * @throws {AppError} 404, 409 `orders/out-of-stock`, 409 `cart/full`
 */
export async function moveToBasket(event: H3Event, productId: string, variantId: string): Promise<Cart> {
  const owner = await ownerId(event)
  const db = databaseFor(event)
  const [product] = owner && await db.fresh(reader => hasWish(reader, owner, productId)) ? await db.fresh(reader => findSellable(reader, [productId])) : []
  if (!owner || !product?.variants.some(variant => variant.id === variantId)) throw notFound('wish')
  const cart = await addToCart(event, { variantId, quantity: 1 })
  await db.write(tx => deleteWish(tx, owner, productId))
  return cart
}
