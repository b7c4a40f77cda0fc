import { desc, inArray, or, sql } from 'drizzle-orm'
import { listOrderIds } from '../orders/index.ts'
import type { Executor } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { erasedEmail, erasedText, type Person, type PersonalData } from '../platform/personal-data.ts'
import { mails } from './db/tables.ts'

/** About the account or one of its orders; those from before that was kept are found by their event. */
async function ofPerson(db: Reader | Executor, { userId }: Person) {
  const subjects = [userId, ...await listOrderIds(db, userId)]
  return or(inArray(mails.about, subjects), sql`${mails.eventId} in (select event_id from outbox where subject = any(${sql.param(subjects)}::text[]))`)
}

/**
 * The mails that were sent. They stay as facts, since each event is counted by its mail, without whom they went to and what
 * they said; one that was still to go is not sent any more.
 */
export const mailData: PersonalData = {
  name: 'mails',
  // Without the words of those about the account itself: one may hold the key to a new password, which only the mailbox may tell.
  async collect(db, person) {
    const body = sql<string | null>`case when ${mails.about} = ${person.userId} or ${mails.eventId} in (select event_id from outbox where subject = ${person.userId}) then null else ${mails.body} end`
    return db.select({ recipient: mails.recipient, subject: mails.subject, body, sentAt: mails.sentAt }).from(mails).where(await ofPerson(db, person)).orderBy(desc(mails.createdAt))
  },
  async erase(tx, person) {
    await tx.update(mails).set({ recipient: erasedEmail, subject: erasedText, body: erasedText, about: null, sentAt: sql`coalesce(${mails.sentAt}, clock_timestamp())` }).where(await ofPerson(tx, person))
  },
}
