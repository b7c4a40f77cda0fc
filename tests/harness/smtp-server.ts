import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

type Command = 'connect' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'body' | 'QUIT'

export interface SmtpServer {
  url: string
  /** Whole mails as they came. */
  mails: string[]
  /** Answers another line to a command, or nothing at all. The line may depend on what was sent. */
  answer(command: Command, line: string | null | ((sent: string) => string)): void
  /** Resolves when no connection is open. */
  untilIdle(): Promise<void>
}

const usual: Record<Command, string> = {
  connect: '220 mail.example ready',
  EHLO: '250 mail.example',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  body: '250 kept',
  QUIT: '221 bye',
}

/** As much of RFC 5321 as one mail needs, on a free port for one test. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: string[] = []
  const answers = new Map<Command, string | null | ((sent: string) => string)>(Object.entries(usual) as [Command, string][])
  const sockets = new Set<Socket>()
  let onIdle = () => {}

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) onIdle()
    })
    const say = (command: Command, sent = '') => {
      const answer = answers.get(command)
      const line = typeof answer === 'function' ? answer(sent) : answer
      if (line !== null && line !== undefined) socket.write(`${line}\r\n`)
      return line ?? ''
    }
    let body: string[] | null = null
    createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) => {
      if (body && line === '.') {
        if (say('body').startsWith('2')) mails.push(body.join('\n'))
        body = null
      }
      else if (body) {
        body.push(line)
      }
      else {
        const command = line.split(/[ :]/)[0]!.toUpperCase() as Command
        if (say(command, line).startsWith('354')) body = []
        if (command === 'QUIT') socket.end()
      }
    })
    say('connect')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    sockets.forEach(socket => socket.destroy())
    await once(server, 'close')
  })
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    answer: (command, line) => void answers.set(command, line),
    untilIdle: () => new Promise((resolve) => {
      onIdle = resolve
      if (sockets.size === 0) resolve()
    }),
  }
}
