import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type CacheCase, cacheCases, type Scripted, type Seen, type Step } from './cache-cases.ts'

export interface CacheReport { passed: number, failed: number, failures: string[] }

/** An origin that answers each case's requests by its script, and readiness for whoever asks. */
export async function startCacheOrigin() {
  const scripts = new Map<string, { step: Step, asked: number }>()
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url!.split('?', 1)[0]!
    const script = scripts.get(path)
    if (!script) return void outgoing.end('{}')
    script.asked += 1
    const condition = incoming.headers['if-none-match'] ?? incoming.headers['if-modified-since']
    const answer: Scripted = (condition !== undefined && script.step.conditional) || script.step.answer || {}
    if (answer.hangUp) return void incoming.socket.destroy()
    if (answer.headers?.date) outgoing.sendDate = false
    const body = answer.status === 304 ? '' : answer.body ?? `answer ${script.asked}`
    outgoing.writeHead(answer.status ?? 200, { 'content-type': 'application/octet-stream', ...(body && { 'content-length': body.length }), ...answer.headers, 'x-answer': String(script.asked) })
    outgoing.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    scripts,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

async function send(url: string, { method = 'GET', headers = {} }: Step): Promise<Seen> {
  const asking = request(url, { method, agent, headers: { connection: 'keep-alive', ...headers }, timeout: 15_000 })
  asking.end()
  const [answer] = await once(asking, 'response') as [IncomingMessage]
  let body = ''
  for await (const chunk of answer.setEncoding('utf8')) body += chunk as string
  return { status: answer.statusCode!, headers: answer.headers, body, from: Number(answer.headers['x-answer'] ?? 0) }
}

/**
 * Runs every case through the cache at `url`, a few at a time, and tells which went wrong.
 * @param paths makes a case's address from its number; what the cache keeps may depend on it
 */
export async function checkCache(url: string, origin: Awaited<ReturnType<typeof startCacheOrigin>>, paths: (place: number) => string): Promise<Record<CacheCase['kind'], CacheReport>> {
  const wrong = new Map<CacheCase, string>()
  const waiting = cacheCases.entries()
  await Promise.all(Array.from({ length: 12 }, async () => {
    for (const [place, one] of waiting) {
      const path = paths(place)
      const script = { step: one.steps[0]!, asked: 0 }
      origin.scripts.set(path, script)
      const seen: Seen[] = []
      try {
        for (const step of one.steps) {
          if (step.afterMs) await delay(step.afterMs)
          script.step = step
          seen.push(await send(`${url}${path}${step.query ?? ''}`, step))
        }
        if (!one.right(seen, script.asked)) wrong.set(one, seen.map(({ status, from }) => `${status} from ${from}`).join(', '))
      }
      catch (error) {
        wrong.set(one, String(error))
      }
    }
  }))
  const report = (kind: CacheCase['kind']): CacheReport => {
    const cases = cacheCases.filter(one => one.kind === kind)
    const failed = cases.filter(one => wrong.has(one))
    return { passed: cases.length - failed.length, failed: failed.length, failures: failed.map(one => `${one.section}: ${one.name}`) }
  }
  if (process.env.SHOW_LOGS) for (const [one, what] of wrong) console.log(`${one.section}: ${one.name}: ${what}`)
  return { must: report('must'), may: report('may') }
}
