/** A mail server that keeps every copy it accepted, and can be as unreliable as real ones. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export interface Copy { messageId: string, recipient: string, subject: string, atMs: number, answerDropped: boolean }

/** `deaf`: keeps the mail and hangs up before it says so. `full`: 451, try later. `silent`: says nothing any more. */
export type MailMood = 'well' | 'deaf' | 'full' | 'silent'

export interface Mailbox {
  url: string
  copies: readonly Copy[]
  mood: MailMood
  stop(): Promise<void>
}

const decode = (value: string) => value.replaceAll(/\?=\s+=\?/g, '?==?').replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
  kind.toUpperCase() === 'B'
    ? Buffer.from(text, 'base64').toString('utf8')
    : Buffer.from(text.replaceAll('_', ' ').replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString('utf8'))

function header(mail: string, name: string): string {
  const head = mail.slice(0, mail.indexOf('\n\n')).replaceAll(/\n[ \t]+/g, ' ')
  return decode(new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '')
}

/** As much of RFC 5321 as one mail needs, on a free port. */
export async function openMailbox(nowMs: () => number): Promise<Mailbox> {
  const copies: Copy[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    const say = (line: string) => mailbox.mood !== 'silent' && socket.write(`${line}\r\n`)
    let [recipient, body] = ['', null as string[] | null]
    const commands: Record<string, (line: string) => void> = {
      EHLO: () => say('250 mail.example'),
      MAIL: () => say(mailbox.mood === 'full' ? '451 try again later' : '250 ok'),
      RCPT: (line) => {
        recipient = /<([^>]*)>/.exec(line)?.[1] ?? ''
        say('250 ok')
      },
      DATA: () => {
        body = []
        say('354 go on')
      },
      QUIT: () => {
        say('221 bye')
        socket.end()
      },
    }
    // A reset reaches the reader of lines as well.
    createInterface({ input: socket, crlfDelay: Infinity }).on('error', () => {}).on('line', (line) => {
      if (!body) return void (commands[line.slice(0, 4).toUpperCase()] ?? (() => say('500 what?')))(line)
      if (line !== '.') return void body.push(line)
      const mail = body.join('\n')
      body = null
      if (mailbox.mood === 'silent') return
      const answerDropped = mailbox.mood === 'deaf'
      copies.push({ messageId: header(mail, 'Message-ID'), recipient, subject: header(mail, 'Subject'), atMs: nowMs(), answerDropped })
      if (answerDropped) socket.destroy()
      else say('250 kept')
    })
    say('220 mail.example ready')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    copies,
    mood: 'well',
    async stop() {
      server.close()
      sockets.forEach(socket => socket.destroy())
      await once(server, 'close')
    },
  }
  return mailbox
}
