import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type RequestListener, Agent } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Edge, type EdgeOptions, startEdge } from '../../scripts/stack/edge.ts'
import { until } from './shopper.ts'
import type { Stack } from './stack.ts'

export interface TestEdge extends Edge {
  /** Asks the agent; answers its body. */
  ask<T>(method: string, path: string, body?: unknown): Promise<{ status: number, body: T }>
  /** Resolves when nginx has exactly these instances of a service. */
  untilListed(addresses: readonly string[], service?: string): Promise<void>
}

interface AgentInstances { applied: boolean, instances: { service: string, address: string, listed: boolean }[] }

/** nginx and its agent in a folder of their own, which goes with them. */
export async function startTestEdgeProcesses(options: Omit<EdgeOptions, 'dir'>): Promise<TestEdge> {
  const dir = await mkdtemp(join(tmpdir(), 'edge-'))
  const edge = await startEdge({ dir, onLine: line => process.env.SHOW_LOGS && process.stderr.write(`[edge] ${line}\n`), ...options })
  const ask: TestEdge['ask'] = async (method, path, body) => {
    const answer = await fetch(`${edge.agentUrl}${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) })
    const text = await answer.text()
    return { status: answer.status, body: JSON.parse(text) as never }
  }
  return {
    ...edge,
    ask,
    async untilListed(addresses, service = 'web') {
      const listed = async () => {
        const { body: { applied, instances } } = await ask<AgentInstances>('GET', '/instances')
        return applied ? instances.filter(one => one.service === service && one.listed).map(one => one.address).sort().join() : 'not applied'
      }
      await until(listed, list => list === [...addresses].sort().join())
    },
    async stop() {
      await edge.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export const addressOf = (url: string) => new URL(url).host

/** nginx and its agent in front of a running shop; start the shop with {@link behindEdge}. */
export const startEdgeBefore = (stack: Pick<Stack, 'urls'>, options: Partial<Omit<EdgeOptions, 'dir'>> = {}) =>
  startTestEdgeProcesses({ instances: { web: stack.urls.map(addressOf) }, ...options })

/** What the shop must be told of an edge whose agent will have this port. */
export const behindEdge = (agentPort: number) => ({ TRUSTED_PROXIES: '127.0.0.1/32', EDGE_PURGE_URLS: `http://127.0.0.1:${agentPort}/purge` })

export interface ScriptedInstance {
  address: string
  /** What came, readiness aside. */
  requests: { method: string, url: string, headers: IncomingMessage['headers'] }[]
  setReady(ready: boolean): void
  /** As a kill -9 does: the port is closed, and every connection with it. */
  kill(): Promise<void>
  /** On the same port again, if it was killed. */
  start(): Promise<void>
}

/** Plays an instance of the shop. */
export async function startInstance(listener: RequestListener): Promise<ScriptedInstance> {
  const requests: ScriptedInstance['requests'] = []
  let ready = true
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/api/health/ready') return void outgoing.writeHead(ready ? 200 : 503).end('{}')
    requests.push({ method: incoming.method!, url: incoming.url!, headers: incoming.headers })
    listener(incoming, outgoing)
  })
  let port = 0
  async function start() {
    if (server.listening) return
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  await start()
  return {
    address: `127.0.0.1:${port}`,
    requests,
    start,
    setReady: value => void (ready = value),
    async kill() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export interface SteadyLoad { asked: number, wrong: string[], resent: number }

/**
 * Asks for these paths without a pause until told to stop, over connections that are kept as a browser keeps them: a GET whose
 * kept connection was closed before an answer is sent once more (RFC 9112, 9.3.1).
 */
export function keepAskingAt(base: string, paths: readonly string[]): () => Promise<SteadyLoad> {
  const agent = new Agent({ keepAlive: true })
  const result: SteadyLoad = { asked: 0, wrong: [], resent: 0 }
  let running = true
  const get = (path: string, again = true): Promise<number | string> => new Promise((resolve) => {
    const asking = request(`${base}${path}`, { agent, timeout: 15_000 }, (answer) => {
      answer.once('error', error => resolve(`the answer broke off: ${error.message}`)).once('end', () => resolve(answer.statusCode!)).resume()
    })
    asking.once('timeout', () => asking.destroy(new Error('no answer')))
    asking.once('error', (error: NodeJS.ErrnoException) => {
      if (!again || !asking.reusedSocket || !['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) return resolve(error.message)
      result.resent += 1
      void get(path, false).then(resolve)
    })
    asking.end()
  })
  const lines = paths.map(async (path) => {
    while (running) {
      const answer = await get(path)
      result.asked += 1
      if (answer !== 200) result.wrong.push(`${path}: ${answer}`)
    }
  })
  async function stop() {
    running = false
    await Promise.all(lines)
    agent.destroy()
    return result
  }
  // Also when the test fails before it tells: those after it would be asked, too.
  onTestFinished(async () => void await stop())
  return stop
}
