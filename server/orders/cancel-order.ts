import type { Executor, Transaction } from '../platform/db/connect.ts'
import type { Database } from '../platform/db/database.ts'
import { notFound } from '../platform/http/app-error.ts'
import { returnCode } from '../promotions/index.ts'
import { changeStatus } from './change-status.ts'
import { findAnyOrder, findOrder, type OrderRow } from './db/queries.ts'
import { beingShipped, notCancellable, stillConfirming } from './errors.ts'
import { isCancellable } from './order-states.ts'
import { requestRefund } from './request-refund.ts'

/** Keeps a parcel from leaving; the answer is the carrier's. Wired in where the process is put together. */
export type StopShipment = (orderId: string) => Promise<'stopped' | 'shipped' | 'busy'>

declare module 'h3' {
  interface H3EventContext {
    stopShipment: StopShipment
  }
}

interface CancelDeps { database: Pick<Database, 'fresh' | 'write'>, stopShipment: StopShipment }

/**
 * Cancels until it ships. The parcel is stopped first: a cancelled order must not travel. The refund and the stock
 * follow by the order's event. Who dies in between has stopped a parcel, and `sweepStopped` of `fulfilment` goes on from there.
 * @throws {AppError} 404, 409 `orders/not-cancellable`, 409 `orders/being-handed-over`,
 * 409 `orders/payment-pending`, 503 `fulfilment/carrier-unavailable`
 */
export function cancelOrder(deps: CancelDeps, id: string, reader: { ownerId: string | null, token: string | null }): Promise<void> {
  return cancel(deps, id, { find: db => findOrder(db, id, reader), cause: 'cancelled by the shopper' })
}

/** The same for those who run the shop, whoever's order it is. @param note runs in the transaction that ends the order. @throws as `cancelOrder` */
export function cancelForDesk(deps: CancelDeps, id: string, note: (tx: Transaction) => Promise<void>): Promise<void> {
  return cancel(deps, id, { find: db => findAnyOrder(db, id), cause: 'cancelled by the shop', note })
}

interface Cancellation { find: (db: Executor) => Promise<OrderRow | undefined>, cause: string, note?: (tx: Transaction) => Promise<void> }

async function cancel({ database, stopShipment }: CancelDeps, id: string, { find, cause, note }: Cancellation): Promise<void> {
  const order = await database.fresh(find)
  if (!order) throw notFound('order')
  if (order.status === 'cancelled' || order.status === 'refunded') return
  if (order.status === 'pending') throw stillConfirming()
  if (!isCancellable(order.status)) throw notCancellable(order.status)
  const shipment = await stopShipment(id)
  if (shipment === 'busy') throw beingShipped()
  if (shipment === 'shipped') throw notCancellable('shipped')
  if (await completeCancellation(database, id, cause, note)) return
  const now = await database.fresh(find)
  if (now?.status !== 'cancelled' && now?.status !== 'refunded') throw notCancellable('on its way')
}

/**
 * The second half of a cancellation, once its parcel stays here: the order ends, its money is promised back, and its promo code can be
 * used again. Answers
 * false when it has ended before, or is on its way after all.
 */
export async function completeCancellation(database: Pick<Database, 'write'>, id: string, cause: string, note?: (tx: Transaction) => Promise<void>): Promise<boolean> {
  const { result: cancelled } = await database.write(async (tx) => {
    if (!await changeStatus(tx, id, 'cancelled', { cause })) return false
    await requestRefund(tx, { orderId: id, amountMinor: null, cause: 'cancelled', reason: 'refunded to the card' })
    await returnCode(tx, id)
    await note?.(tx)
    return true
  })
  return cancelled
}
