import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { guardRedis } from '../../server/platform/cache/redis-guard.ts'
import type { connectRedis } from '../../server/platform/cache/redis.ts'
import type { RateLimiter, RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'
import { announceInstance } from '../../server/platform/rate-limit/live-instances.ts'
import { memoryLimiter } from '../../server/platform/rate-limit/memory-limiter.ts'
import { redisLimiter } from '../../server/platform/rate-limit/redis-limiter.ts'
import { resilientLimiter } from '../../server/platform/rate-limit/resilient-limiter.ts'
import { thriftyLimiter } from '../../server/platform/rate-limit/thrifty-limiter.ts'
import { startTestRedis } from '../harness/redis.ts'
import { until } from '../harness/shopper.ts'

type TestRedis = Awaited<ReturnType<typeof startTestRedis>>
let redis: TestRedis
beforeAll(async () => {
  redis = await startTestRedis()
})
afterAll(() => redis.remove())

type Client = ReturnType<typeof connectRedis>
const guarded = (client: Client) => redisLimiter(client, guardRedis(client, { name: 'the limits' }))
/** As a process has it, `server/platform/rate-limit/open-limiter.ts`. */
const asDeployed = (client: Client, instances = () => 1) => resilientLimiter(thriftyLimiter(guarded(client)), memoryLimiter(), { instances })

const implementations: { name: string, open: () => Promise<RateLimiter> }[] = [
  { name: 'memory', open: async () => memoryLimiter() },
  { name: 'Redis', open: async () => guarded(await redis.connect()) },
  { name: 'thrifty', open: async () => thriftyLimiter(guarded(await redis.connect())) },
  { name: 'deployed', open: async () => asDeployed(await redis.connect()) },
]
/** So slow that nothing flows back while a test runs. */
const policy: RateLimitPolicy = { name: 'test', quota: 20, windowMs: 3_600_000 }
const aKey = () => crypto.randomUUID()

describe.each(implementations)('the $name limiter', ({ open }) => {
  it('when 200 requests come at once, then exactly the quota passes', async () => {
    const limiter = await open()
    const key = aKey()
    const decisions = await Promise.all(Array.from({ length: 200 }, () => limiter.take(key, policy)))
    expect(decisions.filter(decision => decision.allowed)).toHaveLength(20)
    expect(decisions.filter(decision => decision.allowed).map(decision => decision.remaining).toSorted((a, b) => b - a)).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i))
  })

  it('when the quota is used up, then it says when the next request will pass and when all is back', async () => {
    const limiter = await open()
    const key = aKey()
    for (let i = 0; i < 20; i++) expect(await limiter.take(key, policy)).toMatchObject({ allowed: true, retryAfterMs: 0 })
    const refused = await limiter.take(key, policy)
    expect(refused).toMatchObject({ allowed: false, remaining: 0 })
    expect(refused.retryAfterMs).toBeGreaterThan(170_000)
    expect(refused.retryAfterMs).toBeLessThanOrEqual(180_000)
    expect(refused.resetMs).toBeGreaterThan(3_590_000)
    expect(refused.resetMs).toBeLessThanOrEqual(3_600_000)
  })

  it('when the time that it named has passed, then the next request passes', async () => {
    const limiter = await open()
    const key = aKey()
    const quick: RateLimitPolicy = { name: 'quick', quota: 1, windowMs: 200 }
    expect((await limiter.take(key, quick)).allowed).toBe(true)
    const { allowed, retryAfterMs } = await limiter.take(key, quick)
    expect(allowed).toBe(false)
    await new Promise(resolve => setTimeout(resolve, retryAfterMs + 5))
    expect((await limiter.take(key, quick)).allowed).toBe(true)
  })

  it('when it names a time, then the next request passes at that time, however often one asked before', async () => {
    const limiter = await open()
    const key = aKey()
    const quick: RateLimitPolicy = { name: 'quick', quota: 20, burst: 2, windowMs: 4_000 }
    for (let round = 0; round < 3; round++) {
      let decision = await limiter.take(key, quick)
      while (decision.allowed) decision = await limiter.take(key, quick)
      for (let i = 0; i < 5; i++) decision = await limiter.take(key, quick)
      expect(decision.retryAfterMs).toBeLessThanOrEqual(200 + 50)
      await new Promise(resolve => setTimeout(resolve, Math.ceil(decision.retryAfterMs) + 5))
      expect((await limiter.take(key, quick)).allowed).toBe(true)
    }
  })

  it('when a policy has a burst of its own, then that much passes at once, and no more', async () => {
    const limiter = await open()
    const key = aKey()
    const decisions = await Promise.all(Array.from({ length: 50 }, () => limiter.take(key, { ...policy, name: 'bursty', burst: 7 })))
    expect(decisions.filter(decision => decision.allowed)).toHaveLength(7)
  })

  it('when a policy may be leased, then exactly the burst passes, and no answer promises more than is there', async () => {
    const limiter = await open()
    const key = aKey()
    const leased: RateLimitPolicy = { ...policy, name: 'leased', lease: 6 }
    const decisions = await Promise.all(Array.from({ length: 60 }, () => limiter.take(key, leased)))
    expect(decisions.filter(decision => decision.allowed)).toHaveLength(20)
    const other = aKey()
    for (let left = 20; left > 0; left--) {
      const { allowed, remaining } = await limiter.take(other, leased)
      expect([allowed, remaining <= left - 1, remaining > 0 || left === 1]).toEqual([true, true, true])
    }
    expect(await limiter.take(other, leased)).toMatchObject({ allowed: false, remaining: 0 })
  })

  it('when one key or one policy is used up, then others are not', async () => {
    const limiter = await open()
    const once: RateLimitPolicy = { name: 'once', quota: 1, windowMs: 3_600_000 }
    const [a, b] = [aKey(), aKey()]
    await limiter.take(a, once)
    expect((await limiter.take(a, once)).allowed).toBe(false)
    expect((await limiter.take(b, once)).allowed).toBe(true)
    expect((await limiter.take(a, { ...once, name: 'another' })).allowed).toBe(true)
  })
})

describe('the Redis limiter', () => {
  const two = async (open: (client: Client) => RateLimiter) => await Promise.all([redis.connect().then(open), redis.connect().then(open)]) as [RateLimiter, RateLimiter]

  it('when two instances limit the same key, then they share one quota', async () => {
    const [one, other] = await two(guarded)
    const key = aKey()
    const decisions = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? one : other).take(key, policy)))
    expect(decisions.filter(decision => decision.allowed)).toHaveLength(20)
  })

  it('when many permits are wanted, then as many are given as there are', async () => {
    const [one, other] = await two(guarded)
    const key = aKey()
    expect(await one.take(key, policy, 15)).toMatchObject({ allowed: true, granted: 15, remaining: 5 })
    expect(await other.take(key, policy, 15)).toMatchObject({ allowed: true, granted: 5, remaining: 0 })
    expect(await one.take(key, policy, 15)).toMatchObject({ allowed: false, granted: 0 })
  })

  it('when two instances lease, then together they never pass the quota, and refuse at most one lease less one early', async () => {
    const leased: RateLimitPolicy = { name: 'leased', quota: 100, windowMs: 3_600_000, lease: 10 }
    for (const pattern of ['in turn', 'at once', 'one after the other']) {
      const [one, other] = await two(client => thriftyLimiter(guarded(client)))
      const key = aKey()
      let allowed = 0
      const take = async (limiter: RateLimiter) => {
        const decision = await limiter.take(key, leased)
        if (decision.allowed) allowed += 1
        return decision.allowed
      }
      if (pattern === 'at once') await Promise.all(Array.from({ length: 300 }, (_, i) => take(i % 2 ? one : other)))
      if (pattern === 'in turn') for (let i = 0; i < 300; i++) await take(i % 2 ? one : other)
      if (pattern === 'one after the other') {
        for (let i = 0; i < 45; i++) await take(one)
        while (await take(other));
      }
      expect(allowed, pattern).toBeLessThanOrEqual(100)
      expect(allowed, pattern).toBeGreaterThanOrEqual(100 - 9)
    }
  })

  it('when a class is leased, then a hundred requests are a tenth of the questions; and a refused one asks no more', async () => {
    const client = await redis.connect()
    let asked = 0
    const shared = guarded(client)
    const limiter = thriftyLimiter({ take: (...args) => {
      asked += 1
      return shared.take(...args)
    } })
    const leased: RateLimitPolicy = { name: 'leased', quota: 1_000, windowMs: 3_600_000, lease: 20 }
    const key = aKey()
    for (let i = 0; i < 200; i++) await limiter.take(key, leased)
    expect(asked).toBeLessThanOrEqual(20)
    const once: RateLimitPolicy = { name: 'once', quota: 1, windowMs: 3_600_000 }
    asked = 0
    for (let i = 0; i < 200; i++) await limiter.take(key, once)
    expect(asked).toBe(2)
  })

  it('when a key has been quiet for its window, then nothing of it is kept', async () => {
    const client = await redis.connect()
    const key = aKey()
    await guarded(client).take(key, { name: 'brief', quota: 2, windowMs: 10_000 })
    const ttlMs = await client.pttl(`limit:brief:${key}`)
    expect(ttlMs).toBeGreaterThan(0)
    expect(ttlMs).toBeLessThanOrEqual(11_000)
  })
})

/** A Redis that only this test breaks. */
async function breakable() {
  const own = await startTestRedis()
  onTestFinished(() => own.remove())
  return { own, client: await own.connect() }
}
async function timed<T>(work: () => Promise<T>): Promise<{ value: T, ms: number }> {
  const from = performance.now()
  return { value: await work(), ms: performance.now() - from }
}

describe('the deployed limiter', () => {
  it.each(['frozen', 'dead'] as const)('when Redis is %s, then one request waits at most 250 ms, then the guard makes it fast, and it stays limited', async (how) => {
    const { own, client } = await breakable()
    const limiter = asDeployed(client)
    await limiter.take(aKey(), policy)
    if (how === 'frozen') own.freeze()
    else await own.kill()
    const key = aKey()
    const takes: { allowed: boolean, ms: number }[] = []
    for (let i = 0; i < 25; i++) {
      const { value, ms } = await timed(() => limiter.take(key, policy))
      takes.push({ allowed: value.allowed, ms })
    }
    expect(Math.max(...takes.map(take => take.ms))).toBeLessThanOrEqual(250)
    expect(takes.filter(take => take.ms > 50).length).toBeLessThanOrEqual(1)
    expect(takes.filter(take => take.allowed)).toHaveLength(20)
  })

  it('when Redis is gone, then reads are limited in full, and what abuse would pay for by each instance\'s share', async () => {
    const { own, client } = await breakable()
    const limiter = asDeployed(client, () => 3)
    await own.kill()
    const passing = async (rule: RateLimitPolicy) => {
      const key = aKey()
      return (await Promise.all(Array.from({ length: 30 }, () => limiter.take(key, rule)))).filter(decision => decision.allowed).length
    }
    expect(await passing({ ...policy, lease: 5 })).toBe(20)
    expect(await passing({ ...policy, alone: 'share' })).toBe(7)
    expect(await passing({ ...policy, quota: 2, alone: 'share' })).toBe(1)
  })

  it('when Redis is back, then the instances share again', async () => {
    const { own, client } = await breakable()
    const limiter = asDeployed(client)
    own.freeze()
    for (let i = 0; i < 3; i++) await limiter.take(aKey(), policy)
    own.resume()
    const rival = guarded(await own.connect())
    const shared = await until(async () => {
      const key = aKey()
      const once: RateLimitPolicy = { name: 'once', quota: 1, windowMs: 3_600_000 }
      await limiter.take(key, once)
      return !(await rival.take(key, once)).allowed
    }, Boolean)
    expect(shared).toBe(true)
  })
})

describe('the instances', () => {
  const open = async (client: Client, everyMs = 100) => announceInstance(guardRedis(client, { name: 'the limits' }), { name: 'web', assumed: 4, everyMs })

  it('count each other, forget who is gone, and remember the count when Redis is gone', async () => {
    const { own, client } = await breakable()
    let heard = 0
    // Says once that it is there, and is not heard of again.
    const silent = announceInstance({ run: async work => ++heard === 1 ? work(client) : Promise.reject(new Error('silent')) }, { name: 'web', assumed: 4, everyMs: 60_000 })
    const [one, two] = await Promise.all([open(client), own.connect().then(open)])
    const counts = () => [one.count(), two.count()]
    await until(async () => counts(), all => all.every(count => count === 3))
    await until(async () => {
      // As if its three rounds had passed.
      for (const id of await client.zrange('instances:web', 0, 0)) await client.zadd('instances:web', 1, id)
      return counts()
    }, all => all.every(count => count === 2))
    await own.kill()
    expect(await until(async () => client.status, status => status !== 'ready')).not.toBe('ready')
    expect(counts()).toEqual([2, 2])
    await Promise.all([one.stop(), two.stop(), silent.stop()])
  })

  it('assume what they were told while there has been no Redis yet', async () => {
    const { own, client } = await breakable()
    await own.kill()
    const one = await open(client)
    await one.stop()
    expect(one.count()).toBe(4)
  })
})
