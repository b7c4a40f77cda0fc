import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { RateLimiter, RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'
import { memoryLimiter } from '../../server/platform/rate-limit/memory-limiter.ts'
import { redisLimiter } from '../../server/platform/rate-limit/redis-limiter.ts'
import { resilientLimiter } from '../../server/platform/rate-limit/resilient-limiter.ts'
import { startTestRedis } from '../harness/redis.ts'
import { until } from '../harness/shopper.ts'

type TestRedis = Awaited<ReturnType<typeof startTestRedis>>
let redis: TestRedis
beforeAll(async () => {
  redis = await startTestRedis()
})
afterAll(() => redis.remove())

const implementations: { name: string, open: () => Promise<RateLimiter> }[] = [
  { name: 'memory', open: async () => memoryLimiter() },
  { name: 'Redis', open: async () => redisLimiter(await redis.connect()) },
  { name: 'resilient', open: async () => resilientLimiter(redisLimiter(await redis.connect()), memoryLimiter()) },
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
  it('when two instances limit the same key, then they share one quota', async () => {
    const instances = await Promise.all([redis.connect(), redis.connect()])
    const [one, two] = instances.map(redisLimiter) as [RateLimiter, RateLimiter]
    const key = aKey()
    const decisions = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? one : two).take(key, policy)))
    expect(decisions.filter(decision => decision.allowed)).toHaveLength(20)
  })

  it('when a key has been quiet for its window, then nothing of it is kept', async () => {
    const client = await redis.connect()
    const key = aKey()
    await redisLimiter(client).take(key, { name: 'brief', quota: 2, windowMs: 10_000 })
    const ttlMs = await client.pttl(`limit:brief:${key}`)
    expect(ttlMs).toBeGreaterThan(0)
    expect(ttlMs).toBeLessThanOrEqual(11_000)
  })
})

describe('the resilient limiter', () => {
  /** A Redis that only this test breaks. */
  async function breakable() {
    const own = await startTestRedis()
    onTestFinished(() => own.remove())
    return { own, limiter: resilientLimiter(redisLimiter(await own.connect()), memoryLimiter()) }
  }
  async function timed<T>(work: () => Promise<T>): Promise<{ value: T, ms: number }> {
    const from = performance.now()
    return { value: await work(), ms: performance.now() - from }
  }

  it.each(['frozen', 'dead'] as const)('when Redis is %s, then a request waits at most 250 ms, then the breaker makes it fast, and it stays limited', async (how) => {
    const { own, limiter } = await breakable()
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
    expect(takes.filter(take => take.ms > 50).length).toBeLessThanOrEqual(2)
    expect(takes.filter(take => take.allowed)).toHaveLength(20)
  })

  it('when Redis is back, then the instances share again', async () => {
    const { own, limiter } = await breakable()
    own.freeze()
    for (let i = 0; i < 3; i++) await limiter.take(aKey(), policy)
    own.resume()
    const rival = redisLimiter(await own.connect())
    const shared = await until(async () => {
      const key = aKey()
      const once: RateLimitPolicy = { name: 'once', quota: 1, windowMs: 3_600_000 }
      await limiter.take(key, once)
      return !(await rival.take(key, once)).allowed
    }, Boolean)
    expect(shared).toBe(true)
  })
})
