import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { createOutbound } from '../platform/resilience/outbound.ts'

export interface OutgoingMail { messageId: string, recipient: string, subject: string, body: string }
/** Sends, or throws; the same Message-ID again may arrive twice where a server's answer was lost. */
export type Mailer = (mail: OutgoingMail) => Promise<void>

/** A server that refuses one recipient or one text is well: it must go on getting the other mails. */
const isServersFault = (error: unknown) => !['EENVELOPE', 'EMESSAGE'].includes((error as { code?: string }).code ?? '')

/** By SMTP, bounded in time and in number. */
export function smtpMailer(smtpUrl: string, from: string, { timeoutMs = 5_000 } = {}): Mailer {
  // The guard frees our caller; these close the socket, which would stay open for ten minutes otherwise.
  const patience = { dnsTimeout: timeoutMs, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs }
  const transport = createTransport({ url: smtpUrl, ...patience }, { from })
  const outbound = createOutbound({ name: 'the mail server', timeoutMs, concurrency: 4, isFault: isServersFault })
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
