/**
 * Money goes back in two steps, so that it neither goes twice nor is forgotten: the wish commits with its event, and
 * whoever hears the event asks the gateway under the refund's own key until it has answered.
 */
import { randomUUID } from 'node:crypto'
import type { ReturnLine } from '../../shared/schemas/returns.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { appendEvent } from '../platform/outbox/append-event.ts'
import { findPayment, insertRefund, type RefundCause, sumRefunds } from '../payments/index.ts'
import { lockOrder } from './db/queries.ts'
import { notPaid, refundTooLarge } from './errors.ts'

export interface RefundWish {
  orderId: string
  /** In pence; null is all that has not been promised yet. */
  amountMinor: number | null
  cause: RefundCause
  reason: string
  /** The admin who asks; null for what the shop decides by itself. */
  requestedBy?: string | null
  /** The things it is for, and whether they go back on the shelf. */
  lines?: ReturnLine[]
  restocked?: boolean
  /** The refund's id, where the caller must find it again. */
  refundId?: string
}

/**
 * Writes down that money shall go back; answers the refund's id, or null when nothing is left to refund.
 * @throws {AppError} 404, 409 `orders/not-paid`, 409 `orders/refund-too-large`
 */
export async function requestRefund(tx: Transaction, { orderId, amountMinor, cause, reason, requestedBy = null, lines, restocked, refundId = randomUUID() }: RefundWish): Promise<string | null> {
  // The order's lock makes two refunds of one order take turns, so that both see what is left.
  const order = await lockOrder(tx, orderId)
  if (!order) throw notFound('order')
  const payment = await findPayment(tx, orderId)
  if (payment?.state !== 'captured') throw notPaid()
  const leftMinor = order.totalMinor - await sumRefunds(tx, orderId)
  const wantedMinor = amountMinor ?? leftMinor
  if (wantedMinor > leftMinor) throw refundTooLarge(leftMinor)
  if (wantedMinor === 0) return null
  await insertRefund(tx, { id: refundId, orderId, amountMinor: wantedMinor, currency: order.currency, cause, reason, requestedBy, lines, restocked })
  await appendEvent(tx, { type: 'refund.requested', subject: orderId, payload: { refundId, orderId } })
  return refundId
}
