/**
 * The end of a return. A parcel that has come back is booked in one transaction: the return, the shelf, the wish for the
 * money, the timeline and its news; so that none of them happens without the others, and each happens once.
 */
import { restockUnits } from '../../products/index.ts'
import { sumRefunds } from '../../payments/index.ts'
import type { Transaction } from '../../platform/db/connect.ts'
import { notFound } from '../../platform/http/app-error.ts'
import type { OrderReturn } from '../../../shared/schemas/returns.ts'
import { recordStep } from '../change-status.ts'
import { listLines, lockOrder, type OrderRow } from '../db/queries.ts'
import { closeReturn, findReturn, linesOf, listReturns, refundedLines, type ReturnRow, returnView } from '../db/return-queries.ts'
import { returnClosed } from '../errors.ts'
import { requestRefund } from '../request-refund.ts'
import { returnAmount } from './return-sums.ts'

/**
 * The parcel is here. What it is worth is set anew: another return may have been refused, or money have gone back, since.
 * @throws {AppError} 404, 409 `orders/return-closed`
 */
export async function receiveReturn(tx: Transaction, id: string, { restock, by }: { restock: boolean, by: string }): Promise<OrderReturn> {
  const { order, row } = await lockReturn(tx, id)
  const refundMinor = returnAmount({
    sold: await listLines(tx, order.id),
    lines: row.lines,
    before: [...linesOf(await listReturns(tx, order.id), ['received']), ...await refundedLines(tx, order.id)],
    shippingMinor: order.shippingMinor,
    discountMinor: order.discountMinor,
    leftMinor: order.totalMinor - await sumRefunds(tx, order.id),
  })
  const closed = (await closeReturn(tx, id, { status: 'received', closedBy: by, restocked: restock, refundMinor }))!
  if (restock) await restockUnits(tx, { cause: `return:${id}`, lines: row.lines })
  await recordStep(tx, order, { cause: 'your parcel came back', detail: { returnId: id, amountMinor: String(refundMinor) } }, 'order.return-received')
  if (refundMinor > 0) await requestRefund(tx, { orderId: order.id, amountMinor: refundMinor, cause: 'returned', reason: 'for what you sent back', requestedBy: by })
  return returnView(closed)
}

/**
 * The parcel did not come, or not what was in it. The things may be announced again.
 * @throws {AppError} 404, 409 `orders/return-closed`
 */
export async function rejectReturn(tx: Transaction, id: string, { reason, by }: { reason: string, by: string }): Promise<OrderReturn> {
  const { order } = await lockReturn(tx, id)
  const closed = (await closeReturn(tx, id, { status: 'rejected', closedBy: by, refundMinor: 0 }))!
  await recordStep(tx, order, { cause: reason, detail: { returnId: id } }, 'order.return-rejected')
  return returnView(closed)
}

/** The order's lock decides between two who click at once: the second one finds the return closed. */
async function lockReturn(tx: Transaction, id: string): Promise<{ order: OrderRow, row: ReturnRow }> {
  const found = await findReturn(tx, id)
  const order = found && await lockOrder(tx, found.orderId)
  const row = order && await findReturn(tx, id)
  if (!order || !row) throw notFound('return')
  if (row.status !== 'requested') throw returnClosed(row.status)
  return { order, row }
}
