import { orderSnapshot } from '../orders/index.ts'
import type { Database } from '../platform/db/database.ts'
import type { DomainEvent } from '../platform/outbox/append-event.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { composeMail, mailedNews } from './compose-mail.ts'
import { mails } from './db/tables.ts'
import type { Mailer } from './mailer.ts'
import { sendMail } from './send-mail.ts'

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
      if (mail) await sendMail({ database, mailer, leaseMs }, event.id, mail)
    },
  }
}
