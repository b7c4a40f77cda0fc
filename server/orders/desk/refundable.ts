import type { RefundQuote } from '../../../shared/schemas/desk.ts'
import type { ReturnLine } from '../../../shared/schemas/returns.ts'
import { sumRefunds } from '../../payments/index.ts'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { listLines, type OrderRow } from '../db/queries.ts'
import { linesOf, listReturns, refundedLines } from '../db/return-queries.ts'
import { refundTooMuch, returnOpen } from '../errors.ts'
import { linesLeft, returnAmount } from '../returns/return-sums.ts'

/** Things can go back on the shelf by hand once the parcel has left: until then a cancellation does that for all of them. */
export const isRestockable = ({ status }: Pick<OrderRow, 'status'>) => status === 'shipped' || status === 'delivered'

/** What can still go back of an order: money in all, and things that are neither back, nor refunded, nor on their way. */
export async function refundableOf(db: Reader | Executor, order: Pick<OrderRow, 'id' | 'status' | 'totalMinor'>): Promise<{ leftMinor: number, lines: ReturnLine[], restockable: boolean }> {
  const [sold, returned, refunded] = [await listLines(db, order.id), await listReturns(db, order.id), await refundedLines(db, order.id)]
  const paid = order.status !== 'pending' && order.status !== 'payment-failed'
  return {
    leftMinor: paid ? order.totalMinor - await sumRefunds(db, order.id) : 0,
    lines: paid ? linesLeft(sold, [...linesOf(returned, ['requested', 'received']), ...refunded]) : [],
    restockable: isRestockable(order),
  }
}

/**
 * What these things are worth to this order now, in pence: what was paid for them, and the delivery with the last of them; never more
 * than is left.
 * @throws {AppError} 409 `orders/return-open` or `orders/refund-too-much`
 */
export async function quoteRefund(db: Reader | Executor, order: OrderRow, lines: readonly ReturnLine[]): Promise<RefundQuote> {
  const [sold, returned, refunded] = [await listLines(db, order.id), await listReturns(db, order.id), await refundedLines(db, order.id)]
  const underway = new Set(linesOf(returned, ['requested']).map(line => line.variantId))
  if (lines.some(line => underway.has(line.variantId))) throw returnOpen()
  const before = [...linesOf(returned, ['received']), ...refunded]
  const left = new Map(linesLeft(sold, before).map(line => [line.variantId, line.quantity]))
  const tooMuch = lines.flatMap(({ variantId, quantity }, index) => {
    const most = left.get(variantId) ?? 0
    return quantity > most ? [{ path: `lines.${index}.quantity`, message: `At most ${most} can be refunded` }] : []
  })
  if (tooMuch.length > 0) throw refundTooMuch(tooMuch)
  const leftMinor = order.totalMinor - await sumRefunds(db, order.id)
  return { leftMinor, amountMinor: returnAmount({ sold, lines, before, shippingMinor: order.shippingMinor, discountMinor: order.discountMinor, leftMinor }) }
}
