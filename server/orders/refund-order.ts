/**
 * A person sends a part of the money back. One key of one admin is one refund of an order: its id is made from them, so
 * that the refund itself is the memory of the key, for ever.
 *
 * @pattern idempotency-key
 */
import { createHash } from 'node:crypto'
import type { Refund, RefundBody } from '../../shared/schemas/returns.ts'
import { findRefund, type Refund as RefundRow, sumRefunds } from '../payments/index.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { restockUnits } from '../products/index.ts'
import { lockOrder } from './db/queries.ts'
import { isRestockable, quoteRefund } from './desk/refundable.ts'
import { cancelInstead, keyReused, notPaid, notRestockable, refundChanged, stillConfirming } from './errors.ts'
import { requestRefund } from './request-refund.ts'

/** A UUID of version 8 (RFC 9562, section 5.8) made from names; the same names make the same id. */
function idFrom(...names: string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(names)).digest()
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const inOrder = (lines: RefundBody['lines'] | null) => JSON.stringify((lines ?? []).map(({ variantId, quantity }) => `${variantId} ${quantity}`).toSorted())

const isSame = (before: RefundRow, { amountMinor, reason, lines, restock = false }: RefundBody) =>
  before.amountMinor === amountMinor && before.reason === reason && before.restocked === restock && inOrder(before.lines) === inOrder(lines)

/**
 * A part of the money, for things that are named or for none; with things, the amount is the one that they are worth now, or nothing
 * happens. Before it ships, an order can't lose all of its money and still travel: that is a cancellation.
 * @throws {AppError} 404, 409 `orders/not-paid`, `orders/payment-pending`, `orders/refund-too-large`, `orders/refund-too-much`,
 * `orders/refund-changed`, `orders/return-open`, `orders/not-restockable` or `orders/cancel-instead`,
 * 422 another body under the same key
 */
export async function refundOrder(tx: Transaction, orderId: string, body: RefundBody, { by, key }: { by: string, key: string }): Promise<{ refund: Refund, replayed: boolean }> {
  const id = idFrom('refund', orderId, by, key)
  const order = await lockOrder(tx, orderId)
  if (!order) throw notFound('order')
  const before = await findRefund(tx, id)
  if (before && !isSame(before, body)) throw keyReused()
  if (!before) {
    if (order.status === 'pending') throw stillConfirming()
    if (order.status === 'payment-failed') throw notPaid()
    const { amountMinor, reason, lines, restock = false } = body
    if (restock && !(lines && isRestockable(order))) throw notRestockable(order.status)
    const worth = lines && await quoteRefund(tx, order, lines)
    if (worth && worth.amountMinor !== amountMinor) throw refundChanged(worth.amountMinor)
    await requestRefund(tx, { orderId, amountMinor, cause: 'partial', reason, requestedBy: by, refundId: id, lines, restocked: restock })
    if (restock) await restockUnits(tx, { cause: `refund:${id}`, lines: lines! })
    if (await sumRefunds(tx, orderId) === order.totalMinor && (order.status === 'paid' || order.status === 'fulfilling')) throw cancelInstead()
  }
  const row = before ?? (await findRefund(tx, id))!
  return {
    replayed: before !== undefined,
    refund: { id, orderId, amountMinor: row.amountMinor, currency: row.currency, reason: row.reason, status: row.state, requestedAt: row.createdAt.toISOString() },
  }
}
