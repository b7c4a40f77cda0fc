import type { H3Event } from 'h3'
import type { Order } from '../../shared/schemas/orders.ts'
import type { Executor } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findOrder, listLines, viewOrder } from './db/queries.ts'

/** When the order's confirmation was mailed, from whoever sends mails; wired in where the process is put together. */
export type ConfirmationSentAt = (db: Reader | Executor, orderId: string) => Promise<Date | null>

declare module 'h3' {
  interface H3EventContext {
    confirmationSentAt: ConfirmationSentAt
  }
}

/**
 * False when a step came between the reading of the row and that of the steps: a page that got both would know the step, leave
 * its news aside, and stand still.
 */
function isOfOneMoment({ status, refundedMinor, events }: Pick<Order, 'status' | 'refundedMinor' | 'events'>): boolean {
  const returned = events.filter(({ type }) => ['order.partly-refunded', 'order.refunded'].includes(type)).reduce((sum, { detail }) => sum + Number(detail?.amountMinor ?? 0), 0)
  return events.at(-1)?.status === status && returned === refundedMinor
}

/** An order as its page shows it, with what is late. @throws {AppError} 404 */
export async function viewOwnOrder(event: H3Event, id: string, reader: { ownerId: string | null, token: string | null }): Promise<Order> {
  return databaseFor(event).read(async (db) => {
    async function view() {
      // Together, as each question costs a way to a replica that may be slow.
      const [row, lines, confirmedAt] = await Promise.all([findOrder(db, id, reader), listLines(db, id), event.context.confirmationSentAt(db, id)])
      if (!row) throw notFound('order')
      return viewOrder(db, row, { confirmedAt, lines })
    }
    const order = await view()
    return isOfOneMoment(order) ? order : view()
  })
}
