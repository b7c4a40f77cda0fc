import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { PermanentError } from '../platform/outbox/permanent-error.ts'
import { createOutbound } from '../platform/resilience/outbound.ts'

export interface OutgoingMail { messageId: string, recipient: string, subject: string, body: string }
/**
 * Sends, or throws; the same Message-ID again may arrive twice where a server's answer was lost. `mayStillSend`
 * is asked last, when the mail's turn has come, and may throw a `MailLeaseError`: nothing is sent then.
 * @throws {PermanentError} when the server refuses this mail for good
 */
export type Mailer = (mail: OutgoingMail, mayStillSend?: () => void) => Promise<void>

/** Set where the mail server's answer was about one sender, recipient or text; with its status (RFC 5321, 4.2.1). */
interface SmtpError { code?: string, responseCode?: number }
const isAboutThisMail = (error: unknown) => ['EENVELOPE', 'EMESSAGE'].includes((error as SmtpError).code ?? '')

/** Another worker is sending this mail, or died less than a lease ago while it did: to be tried again. */
export class MailLeaseError extends Error {
  override name = 'MailLeaseError'
}

/** A server that refuses one recipient or one text is well: it must go on getting the other mails. */
const isServersFault = (error: unknown) => !isAboutThisMail(error) && !(error instanceof MailLeaseError)

/** By SMTP, bounded in time and in number. */
export function smtpMailer(smtpUrl: string, from: string, { timeoutMs = 5_000 } = {}): Mailer {
  // The guard frees our caller; these close the socket, which would stay open for ten minutes otherwise.
  const patience = { dnsTimeout: timeoutMs, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs }
  const transport = createTransport({ url: smtpUrl, ...patience }, { from })
  const outbound = createOutbound({ name: 'the mail server', timeoutMs, concurrency: 4, isFault: isServersFault })
  return async ({ messageId, recipient, subject, body }, mayStillSend) => {
    try {
      await outbound.call(async () => {
        mayStillSend?.()
        await transport.sendMail({ messageId, to: recipient, subject, text: body })
      })
    }
    catch (error) {
      // Without a status the address itself is none.
      const { responseCode = 550 } = error as SmtpError
      if (isAboutThisMail(error) && responseCode >= 500) throw new PermanentError((error as Error).message, { cause: error })
      throw error
    }
  }
}

/** Into a folder, one file a mail named by its Message-ID, so that sending again replaces it. */
export function folderMailer(folder: string, from: string): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' }, { from })
  return async ({ messageId, recipient, subject, body }, mayStillSend) => {
    mayStillSend?.()
    await mkdir(folder, { recursive: true })
    const { message } = await transport.sendMail({ messageId, to: recipient, subject, text: body })
    const file = join(folder, `${messageId.replaceAll(/[^\w.@-]/g, '')}.eml`)
    await writeFile(`${file}.part`, message as Buffer)
    await rename(`${file}.part`, file)
  }
}
