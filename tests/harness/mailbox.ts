import { asc, eq } from 'drizzle-orm'
import { mails } from '../../server/notifications/db/tables.ts'
import type { Database } from '../../server/platform/db/database.ts'
import { until } from './shopper.ts'

/** What was written to an address, oldest first, once there are `count`. */
export const mailsTo = (database: Pick<Database, 'fresh'>, recipient: string, count = 1) =>
  until(() => database.fresh(db => db.select().from(mails).where(eq(mails.recipient, recipient)).orderBy(asc(mails.createdAt))), found => found.length >= count)

/** The token in the link of a mail about a new password. */
export const tokenIn = ({ body }: { body: string }): string => /\/reset\?token=([\w-]{43})/.exec(body)![1]!
