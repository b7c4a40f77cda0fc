import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderMailer, type Mailer, MailLeaseError, type OutgoingMail, smtpMailer } from '../../server/notifications/mailer.ts'
import { PermanentError } from '../../server/platform/outbox/permanent-error.ts'
import { OutboundRefusedError } from '../../server/platform/resilience/outbound.ts'
import { closedPort } from '../harness/local-server.ts'
import { startSmtpServer } from '../harness/smtp-server.ts'

const from = 'Monolith Supply <orders@monolith.example>'
const mail: OutgoingMail = { messageId: '<8e03978e-40d5-43dd-bc93-6894a57f9324@shop.example>', recipient: 'ada@example.com', subject: 'We have your order · MS-100001', body: 'Hello Ada,\n\nTotal £81.00\n.\nBye\n' }

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mail-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'not', 'there', 'yet')
}

const implementations: { name: string, open: () => Promise<{ mailer: Mailer, delivered: () => Promise<string[]> }> }[] = [
  {
    name: 'folder',
    async open() {
      const folder = await aFolder()
      return {
        mailer: folderMailer(folder, from),
        delivered: async () => Promise.all((await readdir(folder)).toSorted().map(file => readFile(join(folder, file), 'utf8'))),
      }
    },
  },
  {
    name: 'SMTP',
    async open() {
      const server = await startSmtpServer()
      return { mailer: smtpMailer(server.url, from), delivered: async () => server.mails }
    },
  },
]

/** A mail as its reader sees it: encoded words and quoted-printable taken back. */
function readMail(raw: string) {
  const [head = '', ...rest] = raw.replaceAll('\r\n', '\n').split('\n\n')
  const headers = Object.fromEntries(head.replaceAll(/\n[ \t]+/g, ' ').split('\n').map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  }))
  const bytes = (text: string) => text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const decode = (text: string) => Buffer.from(bytes(text), 'latin1').toString('utf8')
  const word = (text: string) => text
    .replaceAll(/\?=\s+=\?UTF-8\?Q\?/gi, '')
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, encoded: string) => decode(encoded.replaceAll('_', ' ')))
    .replaceAll(/=\?UTF-8\?B\?(.*?)\?=/gi, (_, encoded: string) => Buffer.from(encoded, 'base64').toString('utf8'))
  const text = rest.join('\n\n')
  const body = /base64/i.test(headers['content-transfer-encoding'] ?? '') ? Buffer.from(text, 'base64').toString('utf8') : decode(text.replaceAll('=\n', ''))
  return { headers, subject: word(headers.subject ?? ''), body: body.replaceAll(/^\.\./gm, '.') }
}

describe.each(implementations)('the $name mailer', ({ open }) => {
  it('delivers one mail as it was written, under its Message-ID', async () => {
    const { mailer, delivered } = await open()
    await mailer(mail)
    const all = (await delivered()).map(readMail)
    expect(all).toHaveLength(1)
    expect(all[0]!.headers).toMatchObject({ 'message-id': mail.messageId, 'to': mail.recipient, from })
    expect(all[0]!.subject).toBe(mail.subject)
    expect(all[0]!.body.trimEnd()).toBe(mail.body.trimEnd())
  })

  it('when the same mail is sent again, then it has the same Message-ID, by which a reader knows it', async () => {
    const { mailer, delivered } = await open()
    await mailer(mail)
    await mailer(mail)
    expect(new Set((await delivered()).map(raw => readMail(raw).headers['message-id']))).toEqual(new Set([mail.messageId]))
  })

  it('when a subject or an address has a line break, then it forges no header', async () => {
    const { mailer, delivered } = await open()
    await mailer({ ...mail, subject: 'Hello\r\nBcc: eve@evil.example\r\n\r\nforged' })
    const [raw] = await delivered()
    expect(readMail(raw!).headers).not.toHaveProperty('bcc')
    expect(readMail(raw!).body).toContain('Hello Ada')
  })
})

describe('the folder mailer', () => {
  it('when the same mail is sent again, then there is still one file, and none half written', async () => {
    const folder = await aFolder()
    const mailer = folderMailer(folder, from)
    await Promise.all([mailer(mail), mailer({ ...mail, messageId: '<other@shop.example>' })])
    await mailer(mail)
    expect((await readdir(folder)).toSorted()).toEqual(['8e03978e-40d5-43dd-bc93-6894a57f9324@shop.example.eml', 'other@shop.example.eml'])
  })

  it('when a Message-ID tries to leave the folder, then it does not', async () => {
    const folder = await aFolder()
    await folderMailer(folder, from)({ ...mail, messageId: '<../../evil@shop.example>' })
    expect(await readdir(folder)).toEqual(['....evil@shop.example.eml'])
  })
})

describe('the SMTP mailer', () => {
  const timeoutMs = 300

  it.each(['connect', 'EHLO', 'RCPT', 'body'] as const)('when the server hangs at %s, then the caller waits no longer than the bound, and the connection is closed', async (command) => {
    const server = await startSmtpServer()
    server.answer(command, null)
    const from = performance.now()
    await expect(smtpMailer(server.url, mail.recipient, { timeoutMs })(mail)).rejects.toThrow()
    expect(performance.now() - from).toBeLessThan(2_000)
    await server.untilIdle()
    expect(server.mails).toEqual([])
  })

  it('when it stays hung, then the next mail is refused at once', async () => {
    const server = await startSmtpServer()
    server.answer('connect', null)
    const mailer = smtpMailer(server.url, from, { timeoutMs: 100 })
    for (let i = 0; i < 5; i++) expect(await mailer(mail).catch((error: unknown) => error)).not.toBeInstanceOf(OutboundRefusedError)
    await expect(mailer(mail)).rejects.toThrow(OutboundRefusedError)
  })

  it('when nobody listens, then it fails at once', async () => {
    const from = performance.now()
    await expect(smtpMailer((await closedPort()).replace('http', 'smtp'), mail.recipient)(mail)).rejects.toThrow('ECONNREFUSED')
    expect(performance.now() - from).toBeLessThan(1_000)
  })

  it.each([
    ['connect', '421 too busy', 421],
    ['MAIL', '451 try later', 451],
    ['RCPT', '450 greylisted', 450],
    ['body', '452 disk full', 452],
    ['connect', '554 not today', 554],
  ] as const)('when the server answers %s with "%s", then that is an error with its code, and no mail', async (command, line, responseCode) => {
    const server = await startSmtpServer()
    server.answer(command, line)
    await expect(smtpMailer(server.url, from)(mail)).rejects.toMatchObject({ responseCode })
    expect(server.mails).toEqual([])
    await server.untilIdle()
  })

  it.each([
    ['MAIL', '553 not you', 553],
    ['RCPT', '550 no such user', 550],
    ['DATA', '554 no valid recipients', 554],
    ['body', '554 looks like spam', 554],
  ] as const)('when the server answers %s with "%s", then this mail is refused for good', async (command, line, responseCode) => {
    const server = await startSmtpServer()
    server.answer(command, line)
    const error = await smtpMailer(server.url, from)(mail).catch((one: unknown) => one)
    expect(error).toBeInstanceOf(PermanentError)
    expect(error).toMatchObject({ cause: { responseCode } })
    expect(server.mails).toEqual([])
  })

  it('when an address is none, then that is for good, and nobody is asked', async () => {
    const server = await startSmtpServer()
    await expect(smtpMailer(server.url, from)({ ...mail, recipient: 'nobody' })).rejects.toThrow(Error)
    expect(server.mails).toEqual([])
  })

  it('when the mail\'s lease has run out as its turn comes, then nothing is sent, and the server is not thought ill of', async () => {
    const server = await startSmtpServer()
    const mailer = smtpMailer(server.url, from)
    for (let i = 0; i < 8; i++) {
      await expect(mailer(mail, () => {
        throw new MailLeaseError('too late')
      })).rejects.toThrow(MailLeaseError)
    }
    await mailer(mail, () => {})
    expect(server.mails).toHaveLength(1)
  })

  it('when one address is refused again and again, then the others still get their mail', async () => {
    const server = await startSmtpServer()
    server.answer('RCPT', sent => (sent.includes('nobody@') ? '550 no such user' : '250 ok'))
    const mailer = smtpMailer(server.url, from)
    for (let i = 0; i < 8; i++) await expect(mailer({ ...mail, recipient: 'nobody@example.com' })).rejects.toThrow(PermanentError)
    await mailer(mail)
    expect(server.mails).toHaveLength(1)
  })

  it('when the answer to a mail is lost, then that is an error, so that it is sent again under the same Message-ID', async () => {
    const server = await startSmtpServer()
    const mailer = smtpMailer(server.url, from, { timeoutMs })
    server.answer('body', null)
    await expect(mailer(mail)).rejects.toThrow()
    server.answer('body', '250 kept')
    await mailer(mail)
    expect(server.mails.map(raw => readMail(raw).headers['message-id'])).toEqual([mail.messageId])
  })

  it('when more mails go out than it may send at once, then they wait for each other', async () => {
    const server = await startSmtpServer()
    const mailer = smtpMailer(server.url, from)
    await Promise.all(Array.from({ length: 12 }, (_, n) => mailer({ ...mail, messageId: `<${n}@shop.example>` })))
    expect(server.mails).toHaveLength(12)
  })
})
