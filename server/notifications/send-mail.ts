import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { Database } from '../platform/db/database.ts'
import { racePoint } from '../platform/race-points.ts'
import { mails } from './db/tables.ts'
import { MailLeaseError, type Mailer } from './mailer.ts'

const usualLeaseMs = 15_000

export interface SendDeps {
  database: Pick<Database, 'fresh'>
  mailer: Mailer
  /** How long one worker has a mail to itself; more than the mailer ever takes. */
  leaseMs?: number
}

type Change = Partial<Pick<typeof mails.$inferInsert, 'recipient' | 'subject' | 'body'>>

/**
 * Sends the mail of an event, with what is now to be said differently; does nothing when it was sent, or when there is none.
 * @throws {MailLeaseError} while another worker holds the lease
 */
export async function sendMail({ database, mailer, leaseMs = usualLeaseMs }: SendDeps, eventId: string, change: Change = {}): Promise<void> {
  // From before the question: our own idea of the lease ends no later than the database's.
  const untilMs = performance.now() + leaseMs
  const claimed = await claim({ database, leaseMs }, eventId, change)
  if (!claimed) return
  const { lease, ...mail } = claimed
  try {
    await mailer(mail, () => {
      if (performance.now() > untilMs) throw new MailLeaseError('this worker was away for longer than its lease')
    })
  }
  catch (error) {
    // Ours ends now, so that the next try need not wait for it; when this fails too, it ends by itself.
    await database.fresh(db => db.update(mails).set({ claimedUntil: null }).where(and(eq(mails.eventId, eventId), sql`${mails.claimedUntil} = ${lease}::timestamptz`))).catch(() => {})
    throw error
  }
  await racePoint('mail-sent')
  await database.fresh(db => db.update(mails).set({ sentAt: sql`clock_timestamp()` }).where(and(eq(mails.eventId, eventId), isNull(mails.sentAt))))
}

async function claim({ database, leaseMs }: Required<Omit<SendDeps, 'mailer'>>, eventId: string, change: Change) {
  const [mine] = await database.fresh(db => db.update(mails).set({ ...change, claimedUntil: sql`clock_timestamp() + ${`${leaseMs} milliseconds`}::interval` })
    .where(and(eq(mails.eventId, eventId), isNull(mails.sentAt), or(isNull(mails.claimedUntil), lt(mails.claimedUntil, sql`clock_timestamp()`))))
    .returning({ messageId: mails.messageId, recipient: mails.recipient, subject: mails.subject, body: mails.body, lease: sql<string>`${mails.claimedUntil}::text` }))
  if (mine) return mine
  const [row] = await database.fresh(db => db.select({ sentAt: mails.sentAt }).from(mails).where(eq(mails.eventId, eventId)))
  if (!row || row.sentAt) return null
  throw new MailLeaseError('another worker is sending this mail')
}
