import { sql } from 'drizzle-orm'
import { holdOrderOwner, orderSnapshot } from '../orders/index.ts'
import { erasedEmail, erasedText } from '../platform/personal-data.ts'
import type { DomainEvent } from '../platform/outbox/append-event.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { composeMail, mailedNews } from './compose-mail.ts'
import { mails } from './db/tables.ts'
import { type SendDeps, sendMail } from './send-mail.ts'

/**
 * One mail for each piece of news. The mail is written down with the effect's record, then sent by whoever holds its
 * lease; a crash in between sends it on a later delivery, and a lost answer may send a second copy with the same
 * Message-ID. A worker that froze past its lease does not send.
 */
export function notifications({ publicUrl, ...deps }: SendDeps & { publicUrl: string }): Subscriber {
  function mailOf({ id, type, payload }: DomainEvent) {
    const order = orderSnapshot.parse(payload)
    const mail = composeMail(type, order, publicUrl)
    return mail && { eventId: id, messageId: `<${id}@${new URL(publicUrl).hostname}>`, about: order.orderId, news: type, recipient: order.email, ...mail }
  }

  return {
    name: 'notifications',
    events: mailedNews,
    async apply(tx, event) {
      const mail = mailOf(event)
      if (!mail) return
      // The event may have been on its way when its buyer was erased: then there is nobody to write to, and that is noted as done.
      const erased = await holdOrderOwner(tx, mail.about) === erasedEmail
      const nobody = { recipient: erasedEmail, subject: erasedText, body: erasedText, sentAt: sql`clock_timestamp()` }
      await tx.insert(mails).values(erased ? { ...mail, ...nobody } : mail).onConflictDoNothing()
    },
    async after(event) {
      // From the event as it is delivered now: a dead letter may have been mended.
      const mail = mailOf(event)
      if (mail) await sendMail(deps, event.id, mail)
    },
  }
}
