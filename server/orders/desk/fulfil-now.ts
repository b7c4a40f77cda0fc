/**
 * Hands a paid order's parcel to the carrier at once, where the shop's own try is late, has failed or lies in the dead letters. Both ask
 * under the order's key, so that whoever comes first, it is one parcel.
 */
import type { Address, SoldLine } from '../../../shared/schemas/orders.ts'
import type { Transaction } from '../../platform/db/connect.ts'
import type { Database } from '../../platform/db/database.ts'
import { notFound } from '../../platform/http/app-error.ts'
import { changeStatus } from '../change-status.ts'
import { findAnyOrder, listLines } from '../db/queries.ts'
import { notFulfillable } from '../errors.ts'

/** Asks the carrier to take a parcel; answers how the parcel stands then. @throws {AppError} 503 */
export type HandOver = (order: { orderId: string, address: Address, lines: SoldLine[] }) => Promise<{ status: string, trackingNumber: string | null }>

/** @param note runs in the transaction that moves the order. @throws {AppError} 404, 409 `orders/not-fulfillable`, 503 from the carrier */
export async function fulfilNow({ database, handOver }: { database: Pick<Database, 'fresh' | 'write'>, handOver: HandOver }, id: string, note: (tx: Transaction) => Promise<void>): Promise<void> {
  const { order, lines } = await database.fresh(async (db) => {
    const order = await findAnyOrder(db, id)
    return { order, lines: order ? await listLines(db, id) : [] }
  })
  if (!order) throw notFound('order')
  if (order.status !== 'paid') throw notFulfillable(order.status)
  const parcel = await handOver({ orderId: id, address: order.address, lines })
  if (parcel.status === 'cancelled') throw notFulfillable('being cancelled')
  await database.write(async (tx) => {
    // The carrier's news may have been quicker; then there is nothing left to move.
    await changeStatus(tx, id, 'fulfilling', { cause: 'packed and handed to the carrier', trackingNumber: parcel.trackingNumber })
    await note(tx)
  })
}
