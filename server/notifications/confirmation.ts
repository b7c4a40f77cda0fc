import { and, eq } from 'drizzle-orm'
import type { ConfirmationSentAt } from '../orders/index.ts'
import { mails } from './db/tables.ts'

/** When an order's confirmation went out; null while it is still to be sent. */
export const confirmationSentAt: ConfirmationSentAt = async (db, orderId) => {
  const [row] = await db.select({ sentAt: mails.sentAt }).from(mails).where(and(eq(mails.about, orderId), eq(mails.news, 'order.paid'))).limit(1)
  return row?.sentAt ?? null
}
