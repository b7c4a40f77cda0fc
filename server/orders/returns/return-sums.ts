import type { ReturnLine } from '../../../shared/schemas/returns.ts'
import type { SoldLine } from '../../../shared/schemas/orders.ts'

/** What is left of each line once these have been taken off; lines of which nothing is left are left out. */
export function linesLeft(sold: readonly Pick<SoldLine, 'variantId' | 'quantity'>[], taken: readonly ReturnLine[]): ReturnLine[] {
  return sold
    .map(({ variantId, quantity }) => ({ variantId, quantity: quantity - taken.filter(line => line.variantId === variantId).reduce((sum, line) => sum + line.quantity, 0) }))
    .filter(line => line.quantity > 0)
}

/**
 * What goes back for these lines, in pence: what was paid for each, and the delivery too when with them everything has
 * come back. A discount is shared out by price: what has come back so far, this included, bears its share of it, rounded, less
 * what was borne before; so that the parts in any order make the whole. Never more than is left of the order.
 */
export function returnAmount({ sold, lines, before, shippingMinor, discountMinor, leftMinor }: {
  sold: readonly Pick<SoldLine, 'variantId' | 'quantity' | 'unitPriceMinor'>[]
  lines: readonly ReturnLine[]
  /** What other returns have brought back. */
  before: readonly ReturnLine[]
  shippingMinor: number
  discountMinor: number
  leftMinor: number
}): number {
  const worth = (some: readonly ReturnLine[]) => some.reduce((sum, line) => sum + line.quantity * (sold.find(one => one.variantId === line.variantId)?.unitPriceMinor ?? 0), 0)
  const subtotalMinor = worth(sold)
  const paid = (some: readonly ReturnLine[]) => worth(some) - (subtotalMinor > 0 ? Math.round(discountMinor * (worth(some) / subtotalMinor)) : 0)
  const goodsMinor = paid([...before, ...lines]) - paid(before)
  const complete = linesLeft(sold, [...before, ...lines]).length === 0
  return Math.max(0, Math.min(leftMinor, goodsMinor + (complete ? shippingMinor : 0)))
}
