import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface Balancer {
  url: string
  /** How often a GET was sent again to another process. */
  retries(): number
  /** Whether it sends this process requests. */
  sendsTo(backend: string): boolean
  stop(): Promise<void>
}

/**
 * A balancer as small as one can be: sends each request to the next process whose readiness answers 200, keeps its
 * connections, and sends only what is safe to another process when one fails before its answer.
 */
export async function startBalancer(backends: readonly string[], { probeMs = 100 } = {}): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  const ready = new Set(backends)
  const silences = new Map<string, number>()
  let turn = 0
  let retried = 0

  async function probe(backend: string) {
    const answer = await fetch(`${backend}/api/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => null)
    const silent = answer ? 0 : (silences.get(backend) ?? 0) + 1
    silences.set(backend, silent)
    if (answer?.status === 200) ready.add(backend)
    // Who says no is believed at once, who says nothing may just be slow.
    else if (answer || silent >= 3) ready.delete(backend)
  }
  const timer = setInterval(() => backends.forEach(backend => void probe(backend)), probeMs)

  function pass(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer, tried: readonly string[]): void {
    const untried = (all: Iterable<string>) => [...all].filter(backend => !tried.includes(backend))
    // With nobody ready, anybody is better than nobody.
    const open = untried(ready).length > 0 ? untried(ready) : untried(backends)
    const backend = open[turn++ % open.length]
    if (!backend) return void outgoing.writeHead(502).end('{"code":"balancer/nobody"}')
    const asked = request(`${backend}${incoming.url}`, { agent, method: incoming.method, headers: incoming.headers }, (answer) => {
      const headers = { ...answer.headers, connection: undefined }
      for (const [name, value] of Object.entries(headers)) if (value !== undefined) outgoing.setHeader(name, value)
      outgoing.writeHead(answer.statusCode!)
      outgoing.flushHeaders()
      answer.pipe(outgoing)
      answer.once('error', () => outgoing.destroy())
    })
    outgoing.once('close', () => asked.destroy())
    asked.once('error', () => {
      if (outgoing.headersSent || outgoing.destroyed) return void outgoing.destroy()
      if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return void outgoing.writeHead(502).end('{"code":"balancer/lost"}')
      retried += 1
      pass(incoming, outgoing, body, [...tried, backend])
    })
    // A frozen process answers nothing at all; what it may have begun is not sent twice unless it is safe.
    if (incoming.headers.accept !== 'text/event-stream') asked.setTimeout(3_000, () => asked.destroy(new Error('silent')))
    asked.end(body)
  }

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => pass(incoming, outgoing, Buffer.concat(chunks), []))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    retries: () => retried,
    sendsTo: backend => ready.has(backend),
    async stop() {
      clearInterval(timer)
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await once(server, 'close')
    },
  }
}
