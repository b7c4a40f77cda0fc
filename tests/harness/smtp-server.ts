import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

type Command = 'connect' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'body' | 'QUIT'

/** Instead of a line: the connection is dropped. For a body that is after the mail was accepted. */
export const hangUp = Symbol('hang up')
type Line = string | null | typeof hangUp
type Answer = Line | ((sent: string) => Line)

export interface SmtpServer {
  url: string
  /** Whole mails as they came. */
  mails: string[]
  /** Answers another line to a command, or nothing at all. The line may depend on what was sent. */
  answer(command: Command, line: Answer): void
  /** Answers everything as usual again. */
  behave(): void
  /** Nobody listens, and open connections are dropped. */
  goDown(): Promise<void>
  comeBack(): Promise<void>
  /** Resolves when no connection is open. */
  untilIdle(): Promise<void>
  close(): Promise<void>
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

/** A mail server on a free port for one test. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const server = await openSmtpServer()
  onTestFinished(() => server.close())
  return server
}

/** As much of RFC 5321 as one mail needs. */
export async function openSmtpServer(): Promise<SmtpServer> {
  const mails: string[] = []
  const answers = new Map<Command, Answer>(Object.entries(usual) as [Command, string][])
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
      if (line === hangUp) {
        socket.destroy()
        // Only a body is kept, whoever hears of it.
        return command === 'body' ? '250 kept' : ''
      }
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
  async function goDown() {
    if (!server.listening) return
    server.close()
    sockets.forEach(socket => socket.destroy())
    await once(server, 'close')
  }
  async function listen(port: number) {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    answer: (command, line) => void answers.set(command, line),
    behave: () => Object.entries(usual).forEach(([command, line]) => answers.set(command as Command, line)),
    goDown,
    comeBack: () => listen(port),
    close: goDown,
    untilIdle: () => new Promise((resolve) => {
      onIdle = resolve
      if (sockets.size === 0) resolve()
    }),
  }
}
