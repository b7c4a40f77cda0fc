import { currency } from '../../shared/money.ts'
import { type Cart, maxQuantity } from '../../shared/schemas/cart.ts'
import type { Reader } from '../platform/db/database.ts'
import { findVariants } from '../products/index.ts'
import { listItems } from './db/queries.ts'

export const emptyCart: Cart = { lines: [], itemCount: 0, subtotalMinor: 0, currency }

/** The cart with today's prices and stock; lines whose product is no longer offered are left out. */
export async function viewCart(db: Reader, ownerId: string): Promise<Cart> {
  const items = await listItems(db, ownerId)
  const variants = new Map((await findVariants(db, items.map(item => item.variantId))).map(variant => [variant.variantId, variant]))
  const lines = items.flatMap((item) => {
    const variant = variants.get(item.variantId)
    if (!variant) return []
    return {
      id: item.id,
      variantId: item.variantId,
      slug: variant.slug,
      name: variant.name,
      options: variant.options,
      image: variant.image,
      quantity: item.quantity,
      unitPriceMinor: variant.priceMinor,
      lineTotalMinor: variant.priceMinor * item.quantity,
      available: Math.min(variant.onHand, maxQuantity),
    }
  })
  return {
    lines,
    itemCount: lines.reduce((sum, line) => sum + line.quantity, 0),
    subtotalMinor: lines.reduce((sum, line) => sum + line.lineTotalMinor, 0),
    currency,
  }
}
