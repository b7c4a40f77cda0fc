import { createApp, createError, defineEventHandler, toNodeListener } from 'h3'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { prefixStorage, createStorage } from 'unstorage'
import sameOrigin from '../../server/middleware/20.same-origin.ts'
import { guardRedis } from '../../server/platform/cache/redis-guard.ts'
import { connectRedis, whenReady } from '../../server/platform/cache/redis.ts'
import { redisCacheDriver } from '../../server/platform/cache/storage-driver.ts'
import errorHandler from '../../server/platform/http/error-handler.ts'
import { redisLimiter } from '../../server/platform/rate-limit/redis-limiter.ts'
import { createOutbound } from '../../server/platform/resilience/outbound.ts'
import { closedPort, startLocalServer } from '../harness/local-server.ts'
import { proof } from '../harness/proof.ts'
import { startTestRedis } from '../harness/redis.ts'
import { answerWithTheError } from '../naive/answer-with-the-error.ts'
import { countingLimiter } from '../naive/counting-limiter.ts'

let redis: Awaited<ReturnType<typeof startTestRedis>>
let client: ReturnType<typeof connectRedis>
beforeAll(async () => {
  redis = await startTestRedis()
  // A hundred commands at once may take longer than a shopper would wait; here they must all be answered.
  client = connectRedis(redis.url, { commandTimeoutMs: 10_000 })
  await whenReady(client, 10_000)
})
afterAll(async () => {
  client?.disconnect()
  await redis?.remove()
})

test('without a count in one step a rush passes the limit', async () => {
  const [quota, requests] = [10, 100]
  await proof({
    pattern: 'rate-limiting',
    claim: `Of ${requests} requests at once, a limit of ${quota} lets ${quota} pass.`,
    real: redisLimiter(client, guardRedis(client, { name: 'proof' })),
    naive: countingLimiter(client),
    async check(limiter) {
      const key = crypto.randomUUID()
      const decisions = await Promise.all(Array.from({ length: requests }, () => limiter.take(key, { name: 'proof', quota, windowMs: 60_000 })))
      const allowed = decisions.filter(decision => decision.allowed).length
      return { violations: Math.max(0, allowed - quota), requests, quota, allowed }
    },
  })
})

test('without guards a dead cache is a dead page', async () => {
  const dead = connectRedis((await closedPort()).replace('http', 'redis'))
  await proof({
    pattern: 'cache-aside',
    claim: 'With a dead cache every page is answered from the database.',
    real: (() => {
      const storage = prefixStorage(createStorage({ driver: redisCacheDriver({ guard: guardRedis(dead, { name: 'proof' }), ttlS: () => 60, prefix: 'proof:' }) }), 'pages')
      return { get: (key: string) => storage.getItem<string>(key), set: (key: string, value: string) => storage.setItem(key, value) }
    })(),
    naive: { get: (key: string) => dead.get(key), set: async (key: string, value: string) => void await dead.set(key, value) },
    async check({ get, set }) {
      let failed = 0
      for (let page = 0; page < 20; page++) {
        const answer = async () => {
          const kept = await get(`page-${page}`)
          if (kept === null) await set(`page-${page}`, 'from the database')
        }
        await answer().catch(() => failed += 1)
      }
      return { violations: failed, pages: 20, failed }
    },
  })
  dead.disconnect()
})

test('without a deadline and a bound a hung service holds everybody', async () => {
  const hung = await startLocalServer(() => {})
  const callers = 20
  const guarded = () => createOutbound({ name: 'a hung service', timeoutMs: 150, concurrency: 5, attempts: 1 })
  await proof({
    pattern: 'timeout-retry-breaker-bulkhead',
    claim: 'Nobody waits for a hung service for longer than a second.',
    real: () => {
      const outbound = guarded()
      return (url: string) => outbound.call(signal => fetch(url, { signal }))
    },
    naive: () => (url: string) => fetch(url),
    async check(open) {
      const call = open()
      const before = hung.requests.length
      let waiting = callers
      const calls = Array.from({ length: callers }, () => call(hung.url).catch(() => {}).finally(() => waiting -= 1))
      await Promise.race([Promise.all(calls), delay(1_000)])
      return { violations: waiting, callers, waiting, reached: hung.requests.length - before }
    },
  })
  await proof({
    pattern: 'timeout-retry-breaker-bulkhead',
    name: 'breaker',
    claim: 'After five failures in a row a broken service is left alone.',
    real: () => {
      const outbound = createOutbound({ name: 'a broken service', timeoutMs: 1_000, concurrency: 5, failures: 5, attempts: 1 })
      return (url: string) => outbound.call(signal => failing(url, signal))
    },
    naive: () => (url: string) => failing(url),
    async check(open) {
      hung.answerWith((_, response) => response.writeHead(500).end())
      const call = open()
      const before = hung.requests.length
      for (let one = 0; one < callers; one++) await call(hung.url).catch(() => {})
      const reached = hung.requests.length - before
      return { violations: Math.max(0, reached - 5), calls: callers, reached }
    },
  })
})

async function failing(url: string, signal?: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`answered ${response.status}`)
}

test('without a look at where it comes from another site buys for a shopper', () => proof({
  pattern: 'fetch-metadata',
  claim: 'No unsafe request from another site is carried out.',
  real: [sameOrigin],
  naive: [],
  async check(middleware) {
    const app = createApp({ onError: (error, event) => errorHandler(error, event) })
    for (const one of middleware) app.use(one)
    let [bought, own] = [0, 0]
    app.use(defineEventHandler((event) => {
      if (event.node.req.headers['x-from'] === 'the shop') own += 1
      else bought += 1
      return 'bought'
    }))
    const { url } = await startLocalServer(toNodeListener(app))
    const foreign: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }]
    for (const headers of foreign) await fetch(`${url}/api/orders`, { method: 'POST', headers })
    await fetch(`${url}/api/orders`, { method: 'POST', headers: { 'x-from': 'the shop', 'origin': url } })
    return { violations: bought + (1 - own), foreign: foreign.length, carriedOut: bought }
  },
}))

test('without one mapper an error tells strangers what is inside', () => proof({
  pattern: 'problem-details',
  claim: 'An unforeseen error tells a client a code and a title, and nothing of ours.',
  real: errorHandler as Handler,
  naive: (async (error, event) => answerWithTheError(error, event.node.res)) as Handler,
  async check(handle) {
    const secrets = ['password=hunter2', 'relation "users"', '/srv/shop/server']
    const app = createApp({ onError: (error, event) => handle(error, event) })
    let turn = 0
    app.use(defineEventHandler(() => {
      throw createError({ statusCode: 500, cause: new Error(`failed: ${secrets[turn++]!}`) })
    }))
    const { url } = await startLocalServer(toNodeListener(app))
    let violations = 0
    for (const secret of secrets) {
      const text = await (await fetch(`${url}/api/orders`)).text()
      const { code, title, status } = JSON.parse(text) as Record<string, unknown>
      if (text.includes(secret.replaceAll('"', '\\"')) || !code || !title || status !== 500) violations += 1
    }
    return { violations, errors: secrets.length }
  },
}))
type Handler = typeof errorHandler
