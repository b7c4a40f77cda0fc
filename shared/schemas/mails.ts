import { z } from 'zod'
import { instant } from './values.ts'

/** `GET /api/demo/mails`: what the shop has mailed, newest first. */
export const mailList = z.object({
  items: z.array(z.object({
    messageId: z.string(),
    recipient: z.string(),
    subject: z.string(),
    body: z.string(),
    sentAt: instant.nullable(),
    createdAt: instant,
  })),
})
export type MailList = z.infer<typeof mailList>
