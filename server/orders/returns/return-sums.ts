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
 * come back. Never more than is left of the order.
 */
export function returnAmount({ sold, lines, before, shippingMinor, leftMinor }: {
  sold: readonly Pick<SoldLine, 'variantId' | 'quantity' | 'unitPriceMinor'>[]
  lines: readonly ReturnLine[]
  /** What other returns have brought back. */
  before: readonly ReturnLine[]
  shippingMinor: number
  leftMinor: number
}): number {
  const goodsMinor = lines.reduce((sum, line) => sum + line.quantity * (sold.find(one => one.variantId === line.variantId)?.unitPriceMinor ?? 0), 0)
  const complete = linesLeft(sold, [...before, ...lines]).length === 0
  return Math.max(0, Math.min(leftMinor, goodsMinor + (complete ? shippingMinor : 0)))
}
