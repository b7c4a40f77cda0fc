import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { orderSnapshot } from '../orders/index.ts'
import type { Database } from '../platform/db/database.ts'
import type { DomainEvent } from '../platform/outbox/append-event.ts'
import { racePoint } from '../platform/race-points.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { composeMail, mailedNews } from './compose-mail.ts'
import { mails } from './db/tables.ts'
import { MailLeaseError, type Mailer } from './mailer.ts'

interface NotificationDeps {
  database: Pick<Database, 'fresh'>
  mailer: Mailer
  publicUrl: string
  /** How long one worker has a mail to itself; more than the mailer ever takes. */
  leaseMs?: number
}

/**
 * One mail for each piece of news. The mail is written down with the effect's record, then sent by whoever holds its
 * lease; a crash in between sends it on a later delivery, and a lost answer may send a second copy with the same
 * Message-ID. A worker that froze past its lease does not send.
 */
export function notifications({ database, mailer, publicUrl, leaseMs = 30_000 }: NotificationDeps): Subscriber {
  function mailOf({ id, type, payload }: DomainEvent) {
    const order = orderSnapshot.parse(payload)
    const mail = composeMail(type, order, publicUrl)
    return mail && { eventId: id, messageId: `<${id}@${new URL(publicUrl).hostname}>`, recipient: order.email, ...mail }
  }

  /** Answers null when the mail has been sent. @throws {MailLeaseError} while another worker holds the lease */
  async function claim(mail: NonNullable<ReturnType<typeof mailOf>>) {
    // From before the question: our own idea of the lease ends no later than the database's.
    const untilMs = performance.now() + leaseMs
    const [mine] = await database.fresh(db => db.update(mails).set({ ...mail, claimedUntil: sql`clock_timestamp() + ${`${leaseMs} milliseconds`}::interval` })
      .where(and(eq(mails.eventId, mail.eventId), isNull(mails.sentAt), or(isNull(mails.claimedUntil), lt(mails.claimedUntil, sql`clock_timestamp()`))))
      .returning({ lease: sql<string>`${mails.claimedUntil}::text` }))
    if (mine) return { lease: mine.lease, untilMs }
    const [row] = await database.fresh(db => db.select({ sentAt: mails.sentAt }).from(mails).where(eq(mails.eventId, mail.eventId)))
    if (row?.sentAt) return null
    throw new MailLeaseError('another worker is sending this mail')
  }

  return {
    name: 'notifications',
    events: mailedNews,
    async apply(tx, event) {
      const mail = mailOf(event)
      if (mail) await tx.insert(mails).values(mail).onConflictDoNothing()
    },
    async after(event) {
      // From the event as it is delivered now: a dead letter may have been mended.
      const mail = mailOf(event)
      const claimed = mail && await claim(mail)
      if (!claimed) return
      const { lease, untilMs } = claimed
      try {
        await mailer(mail, () => {
          if (performance.now() > untilMs) throw new MailLeaseError('this worker was away for longer than its lease')
        })
      }
      catch (error) {
        // Ours ends now, so that the next try need not wait for it; when this fails too, it ends by itself.
        await database.fresh(db => db.update(mails).set({ claimedUntil: null }).where(and(eq(mails.eventId, mail.eventId), sql`${mails.claimedUntil} = ${lease}::timestamptz`))).catch(() => {})
        throw error
      }
      await racePoint('mail-sent')
      await database.fresh(db => db.update(mails).set({ sentAt: sql`clock_timestamp()` }).where(and(eq(mails.eventId, mail.eventId), isNull(mails.sentAt))))
    },
  }
}
