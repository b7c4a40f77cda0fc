import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { createOutbound } from '../platform/resilience/outbound.ts'

export interface OutgoingMail { messageId: string, recipient: string, subject: string, body: string }
/** Sends, or throws; the same Message-ID again may arrive twice where a server's answer was lost. */
export type Mailer = (mail: OutgoingMail) => Promise<void>

/** By SMTP, bounded in time and in number. */
export function smtpMailer(smtpUrl: string, from: string): Mailer {
  const transport = createTransport(smtpUrl, { from })
  const outbound = createOutbound({ name: 'the mail server', timeoutMs: 5_000, concurrency: 4 })
  return async ({ messageId, recipient, subject, body }) => {
    await outbound.call(() => transport.sendMail({ messageId, to: recipient, subject, text: body }))
  }
}

/** Into a folder, one file a mail named by its Message-ID, so that sending again replaces it. */
export function folderMailer(folder: string, from: string): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' }, { from })
  return async ({ messageId, recipient, subject, body }) => {
    await mkdir(folder, { recursive: true })
    const { message } = await transport.sendMail({ messageId, to: recipient, subject, text: body })
    const file = join(folder, `${messageId.replaceAll(/[^\w.@-]/g, '')}.eml`)
    await writeFile(`${file}.part`, message as Buffer)
    await rename(`${file}.part`, file)
  }
}
