import type { Invoice } from '../../shared/schemas/orders.ts'
import type { Executor } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findOrder, listEvents, listLines } from './db/queries.ts'
import { noInvoiceYet } from './errors.ts'
import { vatPercentOf } from './pricing.ts'

/**
 * The invoice of an order that was paid, as it stands: what went back since is told below the total, which stays. Its number
 * is the order's, which is unique; numbers of orders that were never paid are missing from the row.
 * @throws {AppError} 404, 409 `orders/no-invoice-yet`
 */
export async function writeInvoice(db: Reader | Executor, id: string, reader: { ownerId: string | null, token: string | null }): Promise<Invoice> {
  const order = await findOrder(db, id, reader)
  if (!order) throw notFound('order')
  const [lines, events] = [await listLines(db, id), await listEvents(db, id)]
  const paid = events.find(event => event.type === 'order.paid')
  if (!paid) throw noInvoiceYet()
  return {
    number: order.number,
    orderNumber: order.number,
    issuedAt: paid.at,
    placedAt: order.placedAt.toISOString(),
    email: order.email,
    address: order.address,
    shippingMethod: order.shippingMethod,
    lines,
    subtotalMinor: order.subtotalMinor,
    discountMinor: order.discountMinor,
    promoCode: order.promoCode,
    shippingMinor: order.shippingMinor,
    taxMinor: order.taxMinor,
    totalMinor: order.totalMinor,
    currency: order.currency,
    netMinor: order.totalMinor - order.taxMinor,
    taxPercent: vatPercentOf(order.address.country),
    refunds: events.filter(event => ['order.partly-refunded', 'order.refunded'].includes(event.type) && event.detail?.amountMinor)
      .map(({ detail, at, cause }) => ({ amountMinor: Number(detail!.amountMinor), at, reason: cause })),
    refundedMinor: order.refundedMinor,
  }
}
