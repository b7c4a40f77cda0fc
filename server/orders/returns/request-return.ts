/**
 * A shopper sends things back. Nothing moves yet: the money and the shelf follow when the parcel is here.
 */
import { randomUUID } from 'node:crypto'
import type { OrderReturn, ReturnBody } from '../../../shared/schemas/returns.ts'
import { sumRefunds } from '../../payments/index.ts'
import type { Transaction } from '../../platform/db/connect.ts'
import { notFound } from '../../platform/http/app-error.ts'
import { recordStep } from '../change-status.ts'
import { findOrder, listLines, lockOrder } from '../db/queries.ts'
import { findReturnWindow, insertReturn, linesOf, listReturns, refundedLines, returnView } from '../db/return-queries.ts'
import { notReturnable, returnOpen, returnTooLate, returnTooMuch } from '../errors.ts'
import { linesLeft, returnAmount } from './return-sums.ts'

/**
 * The same thing can be on its way back once at a time, so that a request sent twice is one return.
 * @throws {AppError} 404, 409 `orders/not-returnable`, 409 `orders/return-too-late`, 409 `orders/return-open`, 409 `orders/return-too-much`
 */
export async function requestReturn(tx: Transaction, id: string, reader: { ownerId: string | null, token: string | null }, { lines, reason }: ReturnBody): Promise<OrderReturn> {
  if (!await findOrder(tx, id, reader)) throw notFound('order')
  // The order's lock makes two returns of one order take turns, so that both see what is left.
  const order = (await lockOrder(tx, id))!
  if (order.status !== 'delivered') throw notReturnable(order.status)
  const window = await findReturnWindow(tx, id)
  if (!window?.open) throw returnTooLate()

  const [sold, others] = [await listLines(tx, id), await listReturns(tx, id)]
  const underway = new Set(linesOf(others, ['requested']).map(line => line.variantId))
  if (lines.some(line => underway.has(line.variantId))) throw returnOpen()
  const before = [...linesOf(others, ['requested', 'received']), ...await refundedLines(tx, id)]
  const left = new Map(linesLeft(sold, before).map(line => [line.variantId, line.quantity]))
  const tooMuch = lines.flatMap(({ variantId, quantity }, index) => {
    const most = left.get(variantId) ?? 0
    return quantity > most ? [{ path: `lines.${index}.quantity`, message: `At most ${most} can come back` }] : []
  })
  if (tooMuch.length > 0) throw returnTooMuch(tooMuch)

  const promisedMinor = others.filter(other => other.status === 'requested').reduce((sum, other) => sum + other.refundMinor, 0)
  const leftMinor = order.totalMinor - await sumRefunds(tx, id) - promisedMinor
  const refundMinor = returnAmount({ sold, lines, before, shippingMinor: order.shippingMinor, discountMinor: order.discountMinor, leftMinor })
  const row = await insertReturn(tx, { id: randomUUID(), orderId: id, lines, reason, refundMinor })
  await recordStep(tx, order, { cause: 'asked to send something back', detail: { returnId: row.id, amountMinor: String(refundMinor) } }, 'order.return-requested')
  return returnView(row)
}
