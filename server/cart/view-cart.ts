import { currency } from '../../shared/money.ts'
import { type Cart, maxQuantity } from '../../shared/schemas/cart.ts'
import type { Executor } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { findVariants, nameVariants, type SellableVariant } from '../products/index.ts'
import { promoView, weighCode } from '../promotions/index.ts'
import { findCode, listItems } from './db/queries.ts'

/** How many of each variant an owner's own open checkout keeps aside: for them these are still to be had. */
export type HeldByOwner = (db: Reader | Executor, ownerId: string) => Promise<Map<string, number>>

declare module 'h3' {
  interface H3EventContext {
    heldByOwner: HeldByOwner
  }
}

export const emptyCart: Cart = { lines: [], gone: [], itemCount: 0, subtotalMinor: 0, discountMinor: 0, promo: null, currency }

type Item = Awaited<ReturnType<typeof listItems>>[number]

/** An owner's items with what is sold of them today, and how many of each they can have, at most 99. */
export async function stockedItems(db: Reader | Executor, ownerId: string, heldByOwner: HeldByOwner) {
  const items = await listItems(db, ownerId)
  const variants = new Map((await findVariants(db, items.map(item => item.variantId))).map(variant => [variant.variantId, variant]))
  const short = items.some(({ variantId, quantity }) => (variants.get(variantId)?.onHand ?? quantity) < quantity)
  const held = short ? await heldByOwner(db, ownerId) : new Map<string, number>()
  const availableOf = ({ variantId, onHand }: SellableVariant) => Math.min(onHand + (held.get(variantId) ?? 0), maxQuantity)
  return items.map((item) => {
    const variant = variants.get(item.variantId)
    return { item, sold: variant ? { ...variant, available: availableOf(variant) } : null }
  })
}

const lineOf = (item: Item, variant: SellableVariant & { available: number }): Cart['lines'][number] => ({
  id: item.id,
  variantId: item.variantId,
  slug: variant.slug,
  name: variant.name,
  options: variant.options,
  image: variant.image,
  quantity: item.quantity,
  unitPriceMinor: variant.priceMinor,
  lineTotalMinor: variant.priceMinor * item.quantity,
  available: variant.available,
  addedAt: item.addedAt.toISOString(),
  seenPriceMinor: item.seenPriceMinor,
  reducedFrom: item.reducedFrom,
})

async function namesOf(db: Reader | Executor, items: readonly Item[]): Promise<Cart['gone']> {
  if (items.length === 0) return []
  const names = new Map((await nameVariants(db, items.map(item => item.variantId))).map(({ variantId, name, options }) => [variantId, { name, options }]))
  return items.map(({ id, variantId }) => ({ id, variantId, ...(names.get(variantId) ?? { name: 'Something', options: {} }) }))
}

/**
 * The cart with today's prices and stock, and what its code is worth today. What is no longer offered costs nothing, and stands apart
 * under `gone`; a code that does nothing now says why.
 */
export async function viewCart(db: Reader | Executor, ownerId: string, heldByOwner: HeldByOwner): Promise<Cart> {
  const items = await stockedItems(db, ownerId, heldByOwner)
  const lines = items.flatMap(({ item, sold }) => (sold ? [lineOf(item, sold)] : []))
  const subtotalMinor = lines.reduce((sum, line) => sum + line.lineTotalMinor, 0)
  const code = await findCode(db, ownerId)
  const promo = code === null ? null : (await weighCode(db, { code, subtotalMinor, ownerId })).weighed
  return {
    lines,
    gone: await namesOf(db, items.filter(({ sold }) => !sold).map(({ item }) => item)),
    itemCount: lines.reduce((sum, line) => sum + line.quantity, 0),
    subtotalMinor,
    discountMinor: promo?.discountMinor ?? 0,
    promo: promo && promoView(promo),
    currency,
  }
}
