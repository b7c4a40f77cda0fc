import type { H3Event } from 'h3'
import type { Order } from '../../shared/schemas/orders.ts'
import type { Executor } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findOrder, listEvents, viewOrder } from './db/queries.ts'

/** When the order's confirmation was mailed, from whoever sends mails; wired in where the process is put together. */
export type ConfirmationSentAt = (db: Reader | Executor, orderId: string) => Promise<Date | null>

declare module 'h3' {
  interface H3EventContext {
    confirmationSentAt: ConfirmationSentAt
  }
}

/** An order as its page shows it, with what is late. @throws {AppError} 404 */
export async function viewOwnOrder(event: H3Event, id: string, reader: { ownerId: string | null, token: string | null }): Promise<Order> {
  return databaseFor(event).read(async (db) => {
    // Its steps before its row: a row that is ahead of them is told of the rest by the next step's news; the other way round
    // a page would know the step, leave the news aside and stand still.
    const [events, confirmedAt] = [await listEvents(db, id), await event.context.confirmationSentAt(db, id)]
    const row = await findOrder(db, id, reader)
    if (!row) throw notFound('order')
    return viewOrder(db, row, { confirmedAt, events })
  })
}
