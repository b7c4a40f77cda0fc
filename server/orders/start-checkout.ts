import { randomUUID } from 'node:crypto'
import { shippingPrice } from '../../shared/delivery.ts'
import { currency } from '../../shared/money.ts'
import { type Checkout, maxOrderMinor, shippingMethods, type SoldLine } from '../../shared/schemas/orders.ts'
import { findCode, listItems } from '../cart/index.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { racePoint } from '../platform/race-points.ts'
import { findVariants, holdStock, releaseHold } from '../products/index.ts'
import { promoView, weighCode } from '../promotions/index.ts'
import { type CheckoutRow, lockOpenCheckout, setCheckoutStatus } from './db/queries.ts'
import { checkouts } from './db/tables.ts'
import { cartEmpty, noLongerSold, orderTooLarge } from './errors.ts'
import { priceOrder } from './pricing.ts'

const dearestShippingMinor = Math.max(...shippingMethods.map(method => method.priceMinor))

/**
 * Holds the stock of the owner's cart and fixes its prices, and what its promo code is worth. An earlier open checkout gives its stock back first, so
 * that a shopper who comes back does not compete with themselves.
 * @throws {AppError} 409 `orders/cart-empty`, 409 `orders/no-longer-sold`, 409 `orders/out-of-stock`, 409 `orders/too-large`
 */
export async function startCheckout(tx: Transaction, { ownerId, holdMs }: { ownerId: string, holdMs: number }): Promise<Checkout> {
  for (const { id } of await lockOpenCheckout(tx, ownerId)) {
    await releaseHold(tx, id)
    await setCheckoutStatus(tx, id, 'replaced')
  }
  const lines = await priceCart(tx, ownerId)
  await racePoint('cart-priced')
  const id = randomUUID()
  const subtotalMinor = lines.reduce((sum, line) => sum + line.lineTotalMinor, 0)
  if (subtotalMinor > maxOrderMinor - dearestShippingMinor) throw orderTooLarge()
  const code = await findCode(tx, ownerId)
  const promo = code === null ? null : (await weighCode(tx, { code, subtotalMinor, ownerId })).weighed
  const { expiresAt, now } = await holdStock(tx, { holdId: id, lines, forMs: holdMs })
  const [row] = await tx.insert(checkouts).values({ id, ownerId, lines, subtotalMinor, promo, currency, expiresAt }).returning()
  await racePoint('stock-held')
  return checkoutView(row!, now)
}

async function priceCart(tx: Transaction, ownerId: string): Promise<SoldLine[]> {
  const items = await listItems(tx, ownerId)
  if (items.length === 0) throw cartEmpty()
  const variants = new Map((await findVariants(tx, items.map(item => item.variantId))).map(variant => [variant.variantId, variant]))
  return items.map(({ variantId, quantity }) => {
    const variant = variants.get(variantId)
    if (!variant) throw noLongerSold(variantId)
    const { slug, name, sku, options, image, priceMinor } = variant
    return { variantId, slug, name, sku, options, image, quantity, unitPriceMinor: priceMinor, lineTotalMinor: priceMinor * quantity }
  })
}

/** As a client sees it, with standard delivery; `now` is the database's clock. */
export function checkoutView(row: CheckoutRow, now: Date): Checkout {
  return {
    id: row.id,
    expiresAt: row.expiresAt.toISOString(),
    now: now.toISOString(),
    lines: row.lines,
    shippingMethods: shippingMethods.map(({ id, name, days }) => ({ id, name, days: [...days], priceMinor: shippingPrice(id, row.subtotalMinor, row.promo?.freeShipping) })),
    promo: row.promo && promoView(row.promo),
    ...priceOrder(row.subtotalMinor, 'standard', 'GB', row.promo ?? undefined),
    currency: row.currency,
  }
}
