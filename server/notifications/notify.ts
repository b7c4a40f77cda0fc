import { eq, isNull, and, sql } from 'drizzle-orm'
import { orderSnapshot } from '../orders/index.ts'
import type { Database } from '../platform/db/database.ts'
import { racePoint } from '../platform/race-points.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { composeMail, mailedNews } from './compose-mail.ts'
import { mails } from './db/tables.ts'
import type { Mailer } from './mailer.ts'

/**
 * One mail for each piece of news. The mail is written down with the effect's record, then sent; a crash in between sends
 * it on the next delivery, and a lost answer may send a second copy with the same Message-ID.
 */
export function notifications({ database, mailer, publicUrl }: { database: Pick<Database, 'fresh'>, mailer: Mailer, publicUrl: string }): Subscriber {
  return {
    name: 'notifications',
    events: mailedNews,
    async apply(tx, { id, type, payload }) {
      const order = orderSnapshot.parse(payload)
      const mail = composeMail(type, order, publicUrl)
      if (mail) await tx.insert(mails).values({ eventId: id, messageId: `<${id}@${new URL(publicUrl).hostname}>`, recipient: order.email, ...mail }).onConflictDoNothing()
    },
    async after({ id }) {
      const [mail] = await database.fresh(db => db.select().from(mails).where(and(eq(mails.eventId, id), isNull(mails.sentAt))))
      if (!mail) return
      await mailer(mail)
      await racePoint('mail-sent')
      await database.fresh(db => db.update(mails).set({ sentAt: sql`clock_timestamp()` }).where(eq(mails.eventId, id)))
    },
  }
}
