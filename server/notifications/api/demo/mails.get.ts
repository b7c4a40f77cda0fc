import { desc } from 'drizzle-orm'
import { defineEventHandler } from 'h3'
import type { MailList } from '../../../../shared/schemas/mails.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { notFound } from '../../../platform/http/app-error.ts'
import { mails } from '../../db/tables.ts'

/** What the shop has mailed, for a demo without a mail server; anywhere else there is no such page. */
export default defineEventHandler(async (event): Promise<MailList> => {
  if (event.context.platform.config.mode === 'production') throw notFound('page')
  const rows = await databaseFor(event).fresh(db => db.select().from(mails).orderBy(desc(mails.createdAt)).limit(50))
  return { items: rows.map(({ messageId, recipient, subject, body, sentAt, createdAt }) => ({ messageId, recipient, subject, body, sentAt: sentAt?.toISOString() ?? null, createdAt: createdAt.toISOString() })) }
})
