import { and, asc, eq } from 'drizzle-orm'
import type { OrderDesk } from '../orders/index.ts'
import { outbox } from '../platform/outbox/tables.ts'
import { mails } from './db/tables.ts'

/** The mails about one order to its shopper, oldest first, those included that still wait to be sent. Never their text, which has the key to the order. */
export const listMails: OrderDesk['listMails'] = async (db, { id, email }) => {
  const rows = await db.select({ subject: mails.subject, recipient: mails.recipient, createdAt: mails.createdAt, sentAt: mails.sentAt })
    .from(mails).innerJoin(outbox, eq(outbox.eventId, mails.eventId))
    .where(and(eq(mails.recipient, email), eq(outbox.subject, id))).orderBy(asc(mails.createdAt)).limit(100)
  return rows.map(row => ({ ...row, createdAt: row.createdAt.toISOString(), sentAt: row.sentAt?.toISOString() ?? null }))
}
