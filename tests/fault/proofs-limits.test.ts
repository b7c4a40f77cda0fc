import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, test } from 'vitest'
import { guardRedis } from '../../server/platform/cache/redis-guard.ts'
import { connectRedis, whenReady } from '../../server/platform/cache/redis.ts'
import { redisCacheDriver } from '../../server/platform/cache/storage-driver.ts'
import type { RateLimiter, RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'
import { redisLimiter } from '../../server/platform/rate-limit/redis-limiter.ts'
import { thriftyLimiter } from '../../server/platform/rate-limit/thrifty-limiter.ts'
import { proof } from '../harness/proof.ts'
import { startTestRedis } from '../harness/redis.ts'
import { blockForAWindow } from '../naive/block-for-a-window.ts'
import { breakerEach } from '../naive/breaker-each.ts'
import { settleLater } from '../naive/settle-later.ts'

let redis: Awaited<ReturnType<typeof startTestRedis>>
/** Two instances' connections, patient enough for a hundred commands at once. */
let clients: [Redis, Redis]
beforeAll(async () => {
  redis = await startTestRedis()
  clients = [connectRedis(redis.url, { commandTimeoutMs: 10_000 }), connectRedis(redis.url, { commandTimeoutMs: 10_000 })]
  await Promise.all(clients.map(client => whenReady(client, 10_000)))
})
afterAll(async () => {
  clients?.forEach(client => client.disconnect())
  await redis?.remove()
})
const shared = (client: Redis) => redisLimiter(client, guardRedis(client, { name: 'proof' }))

test('without leases from one account two instances that spare Redis let more than the quota pass', async () => {
  const [quota, requests, lease] = [100, 400, 10]
  await proof({
    pattern: 'rate-limiting',
    name: 'leases',
    claim: `Of ${requests} requests to two instances that ask seldom, at most ${quota} pass, and at most ${lease - 1} fewer.`,
    real: (client: Redis): Pick<RateLimiter, 'take'> => thriftyLimiter(shared(client)),
    naive: (client: Redis) => settleLater(client, { every: lease }) as unknown as Pick<RateLimiter, 'take'>,
    async check(open) {
      const instances = clients.map(open)
      const key = crypto.randomUUID()
      const decisions = await Promise.all(Array.from({ length: requests }, (_, i) => instances[i % 2]!.take(key, { name: 'proof', quota, windowMs: 3_600_000, lease })))
      const allowed = decisions.filter(decision => decision.allowed).length
      return { violations: Math.max(0, allowed - quota, quota - (lease - 1) - allowed), requests, quota, allowed }
    },
  })
})

test('without the time that a refusal named, remembering it keeps people out', async () => {
  const policy: RateLimitPolicy = { name: 'proof', quota: 40, burst: 2, windowMs: 8_000 }
  await proof({
    pattern: 'rate-limiting',
    name: 'refusals',
    claim: 'A refusal is remembered without asking again, and the first request after the time that it named passes.',
    real: (limiter: RateLimiter) => thriftyLimiter(limiter),
    naive: blockForAWindow,
    async check(open) {
      let asked = 0
      const underneath = shared(clients[0])
      const limiter = open({ take: (...args) => {
        asked += 1
        return underneath.take(...args)
      } })
      const key = crypto.randomUUID()
      while ((await limiter.take(key, policy)).allowed);
      const asking = asked
      const refused = await limiter.take(key, policy)
      for (let i = 0; i < 100; i++) await limiter.take(key, policy)
      const askedWhileRefused = asked - asking
      const truth = await underneath.take(key, policy)
      await delay(Math.max(truth.retryAfterMs, Math.min(refused.retryAfterMs, 400)) + 5)
      const passes = (await limiter.take(key, policy)).allowed
      return { violations: askedWhileRefused + (passes ? 0 : 1), requests: 100, askedWhileRefused, passedInTime: passes ? 1 : 0 }
    },
  })
})

test('without one guard a frozen Redis is waited for by each part anew', async () => {
  await proof({
    pattern: 'timeout-retry-breaker-bulkhead',
    name: 'shared-guard',
    claim: 'Of sixty commands of three parts to a frozen Redis, one is waited for.',
    real: (client: Redis) => {
      const guard = guardRedis(client, { name: 'proof' })
      return [guard, guard, guard] as const
    },
    naive: (client: Redis) => [breakerEach(client), breakerEach(client), breakerEach(client)] as const,
    async check(guards) {
      const own = await startTestRedis()
      try {
        const client = await own.connect()
        const [forLimits, forCache, forHealth] = guards(client)
        const limiter = redisLimiter(client, forLimits)
        const cache = redisCacheDriver({ guard: forCache, ttlS: () => 60, prefix: 'proof:' })
        const parts = [() => limiter.take('a', { name: 'proof', quota: 10, windowMs: 1_000 }), async () => cache.getItem('a'), () => forHealth.run(one => one.ping())]
        for (const part of parts) await part()
        own.freeze()
        let waits = 0
        for (let round = 0; round < 20; round++) {
          for (const part of parts) {
            const from = performance.now()
            await Promise.resolve(part()).catch(() => {})
            if (performance.now() - from > 100) waits += 1
          }
        }
        return { violations: Math.max(0, waits - 1), commands: 60, waits }
      }
      finally {
        await own.remove()
      }
    },
  })
})
