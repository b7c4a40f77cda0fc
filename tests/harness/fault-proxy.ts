// A TCP proxy that stands between the shop and one thing that it needs, and breaks it at run time.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * `refuse`: nobody listens. `hang`: connections are taken, and no byte moves. `slow`: each answer comes `ms` late. `flap`:
 * works and drops everything by turns of `ms`. `garbage`: each question is answered with `bytes` of another protocol.
 */
export type Mode = { is: 'pass' | 'refuse' | 'hang' } | { is: 'slow' | 'flap', ms: number } | { is: 'garbage', bytes: string }

export interface FaultProxy {
  port: number
  /** The same address, with this proxy in the place of its host and port. */
  inFrontOf(url: string): string
  /** Resolves when it behaves so; what a hang held back then goes on its way. */
  behave(mode: Mode): Promise<void>
  /** Connections that a client holds now. */
  connections(): number
  /** How often clients have said something, in all: for HTTP without bodies, the requests. */
  questions(): number
  close(): Promise<void>
}

/** One direction of a connection: what came and was not passed on yet, in order. `null` is the end. */
function pipeline(from: Socket, to: Socket, lateMs: () => number | null) {
  const waiting: { chunk: Buffer | null, cameAt: number }[] = []
  let timer: NodeJS.Timeout | undefined
  function pump() {
    clearTimeout(timer)
    for (let head = waiting[0]; head; head = waiting[0]) {
      const late = lateMs()
      if (late === null) return
      const leftMs = head.cameAt + late - performance.now()
      if (leftMs > 1) {
        timer = setTimeout(pump, leftMs)
        return
      }
      waiting.shift()
      if (head.chunk === null) {
        to.end()
      }
      else if (!to.write(head.chunk)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    }
  }
  return {
    pump,
    push(chunk: Buffer | null) {
      waiting.push({ chunk, cameAt: performance.now() })
      pump()
    },
    drop: () => clearTimeout(timer),
  }
}

export async function startFaultProxy(): Promise<FaultProxy> {
  let target = { host: '127.0.0.1', port: 0 }
  let mode: Mode = { is: 'pass' }
  let [count, up] = [0, true]
  let flapping: NodeJS.Timeout | undefined
  const links = new Map<Socket, { pump(): void, destroy(): void }>()
  const answerLateMs = () => (mode.is === 'hang' ? null : mode.is === 'slow' ? mode.ms : 0)
  const questionLateMs = () => (mode.is === 'hang' ? null : 0)
  const dropAll = () => links.forEach(link => link.destroy())

  const server = createServer((client) => {
    client.on('error', () => {})
    if (!up) return void client.destroy()
    const upstream = connect(target)
    upstream.on('error', () => client.destroy())
    const question = pipeline(client, upstream, questionLateMs)
    const answer = pipeline(upstream, client, answerLateMs)
    client.on('data', (chunk) => {
      count += 1
      if (mode.is === 'garbage') client.write(mode.bytes)
      else question.push(chunk)
    })
    upstream.on('data', chunk => answer.push(chunk))
    client.on('end', () => question.push(null))
    upstream.on('end', () => answer.push(null))
    const destroy = () => {
      client.destroy()
      upstream.destroy()
    }
    client.once('close', () => {
      question.drop()
      answer.drop()
      upstream.destroy()
      links.delete(client)
    })
    links.set(client, { destroy, pump: () => [question, answer].forEach(one => one.pump()) })
  })
  async function listen(port: number) {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo

  async function close() {
    clearInterval(flapping)
    if (!server.listening) return
    server.close()
    dropAll()
    await once(server, 'close')
  }

  return {
    port,
    inFrontOf(url) {
      const address = new URL(url)
      target = { host: address.hostname, port: Number(address.port) }
      address.host = `127.0.0.1:${port}`
      return address.href.replace(/\/$/, '')
    },
    async behave(next) {
      clearInterval(flapping)
      // Whoever was told nonsense is out of step with the real one.
      if (mode.is === 'garbage') dropAll()
      mode = next
      up = true
      if (next.is === 'refuse') return close()
      if (!server.listening) await listen(port)
      links.forEach(link => link.pump())
      if (next.is !== 'flap') return
      flapping = setInterval(() => {
        up = !up
        if (!up) dropAll()
      }, next.ms)
    },
    connections: () => links.size,
    questions: () => count,
    close,
  }
}
