import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Every mail that the shop owes or has sent; the id is the event's, and makes the Message-ID. */
export const mails = pgTable('mails', {
  eventId: uuid('event_id').primaryKey(),
  messageId: text('message_id').notNull().unique(),
  /** The order or the account that it is about; nothing for mails from before this was kept. */
  about: uuid('about'),
  /** The type of the event. */
  news: text('news'),
  recipient: text('recipient').notNull(),
  subject: text('subject').notNull(),
  body: text('body').notNull(),
  /** Until then whoever took the mail is sending it; a worker that froze past this may not. */
  claimedUntil: timestamp('claimed_until', { withTimezone: true }),
  sentAt: timestamp('sent_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [
  index('mails_created').on(table.createdAt),
  index('mails_about').on(table.about),
  index('mails_recipient').on(table.recipient, table.createdAt),
])
