/**
 * The same again, as far as it can be had: today's prices, today's stock, and a word about every line that is not as it was.
 * The basket ends up with at least what the order had of each, so that a second click adds nothing.
 */
import { currency } from '../../shared/money.ts'
import type { Reorder, SoldLine } from '../../shared/schemas/orders.ts'
import { putInCart } from '../cart/index.ts'
import type { Executor, Transaction } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findVariants } from '../products/index.ts'
import { findOrder, listLines } from './db/queries.ts'
import { nothingToReorder } from './errors.ts'

type OrderReader = Parameters<typeof findOrder>[2]

/** What of an order could be bought now. @throws {AppError} 404 */
export async function previewReorder(db: Reader | Executor, orderId: string, reader: OrderReader): Promise<Reorder> {
  if (!await findOrder(db, orderId, reader)) throw notFound('order')
  const sold = await listLines(db, orderId)
  const today = new Map((await findVariants(db, sold.map(line => line.variantId))).map(variant => [variant.variantId, variant]))
  return { currency, lines: sold.map(line => compare(line, today.get(line.variantId))) }
}

function compare({ variantId, slug, name, options, image, quantity, unitPriceMinor }: SoldLine, now?: { slug: string, name: string, priceMinor: number, onHand: number }): Reorder['lines'][number] {
  const available = Math.min(quantity, now?.onHand ?? 0)
  const outcome = !now ? 'gone' : available === 0 ? 'sold-out' : available < quantity ? 'fewer' : 'all'
  return { variantId, slug: now?.slug ?? slug, name: now?.name ?? name, options, image, quantity, available, outcome, thenMinor: unitPriceMinor, nowMinor: now?.priceMinor ?? null }
}

/** Puts it into a basket. @throws {AppError} 404, 409 `orders/nothing-to-reorder`, 409 `cart/full` */
export async function reorderInto(tx: Transaction, cartOwnerId: string, orderId: string, reader: OrderReader): Promise<Reorder> {
  const preview = await previewReorder(tx, orderId, reader)
  const wanted = preview.lines.filter(line => line.available > 0).map(({ variantId, available }) => ({ variantId, quantity: available }))
  if (wanted.length === 0) throw nothingToReorder()
  await putInCart(tx, cartOwnerId, wanted)
  return preview
}
