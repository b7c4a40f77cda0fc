import { accountNews, writeLetter } from '../auth/index.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { mails } from './db/tables.ts'
import { type SendDeps, sendMail } from './send-mail.ts'

/**
 * The letters about an account. Each is written down with the effect's record and sent from there: a token is made once
 * however often the event comes, and no event has it.
 */
export function accountMail({ publicUrl, ...deps }: SendDeps & { publicUrl: string }): Subscriber {
  return {
    name: 'account-mail',
    events: accountNews,
    async apply(tx, event) {
      const letter = await writeLetter(tx, event, publicUrl)
      if (!letter) return
      const { userId: about, ...text } = letter
      await tx.insert(mails).values({ eventId: event.id, messageId: `<${event.id}@${new URL(publicUrl).hostname}>`, about, news: event.type, ...text }).onConflictDoNothing()
    },
    after: ({ id }) => sendMail(deps, id),
  }
}
