import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { accountNews, writeLetter } from '../auth/index.ts'
import type { Database } from '../platform/db/database.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { mails } from './db/tables.ts'
import type { Mailer } from './mailer.ts'

const leaseMs = 30_000

/**
 * The letters about an account. Each is written down with the effect's record and then sent by whoever has claimed it, so that a
 * token is made once however often the event comes; it is read from the row, since no event has it.
 */
export function accountMail({ database, mailer, publicUrl }: { database: Pick<Database, 'fresh'>, mailer: Mailer, publicUrl: string }): Subscriber {
  return {
    name: 'account-mail',
    events: accountNews,
    async apply(tx, event) {
      const letter = await writeLetter(tx, event, publicUrl)
      if (letter) await tx.insert(mails).values({ eventId: event.id, messageId: `<${event.id}@${new URL(publicUrl).hostname}>`, ...letter }).onConflictDoNothing()
    },
    async after({ id }) {
      const unsent = and(eq(mails.eventId, id), isNull(mails.sentAt))
      const [mail] = await database.fresh(db => db.update(mails).set({ claimedUntil: sql`clock_timestamp() + ${`${leaseMs} milliseconds`}::interval` })
        .where(and(unsent, or(isNull(mails.claimedUntil), lt(mails.claimedUntil, sql`clock_timestamp()`)))).returning())
      if (!mail) {
        const [waiting] = await database.fresh(db => db.select({ id: mails.eventId }).from(mails).where(unsent))
        if (waiting) throw new Error('another worker is sending this mail')
        return
      }
      try {
        await mailer(mail)
      }
      catch (error) {
        await database.fresh(db => db.update(mails).set({ claimedUntil: null }).where(unsent)).catch(() => {})
        throw error
      }
      await database.fresh(db => db.update(mails).set({ sentAt: sql`clock_timestamp()` }).where(unsent))
    },
  }
}
