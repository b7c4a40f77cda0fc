import { describe, expect, it } from 'vitest'
import type { RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'
import { memoryLimiter } from '../../server/platform/rate-limit/memory-limiter.ts'
import { thriftyLimiter } from '../../server/platform/rate-limit/thrifty-limiter.ts'

/** Two instances and what they share, on one clock that the test moves. */
function scene({ rttMs = 0 } = {}) {
  let nowMs = 0
  let asked = 0
  const now = () => nowMs
  const shared = memoryLimiter({ now })
  const counted: typeof shared = {
    async take(...args) {
      asked += 1
      const decision = await shared.take(...args)
      nowMs += rttMs
      return decision
    },
  }
  const open = (maxKeys?: number) => thriftyLimiter(counted, { now, maxKeys })
  return { one: open(), two: open(), open, shared, asked: () => asked, pass: (ms: number) => void (nowMs += ms) }
}
const leased: RateLimitPolicy = { name: 'leased', quota: 600, windowMs: 60_000, lease: 10 }
const single: RateLimitPolicy = { name: 'single', quota: 10, windowMs: 10_000 }

describe('the thrifty limiter', () => {
  it('when a class is not leased, then each request is asked for', async () => {
    const { one, asked } = scene()
    for (let left = 9; left >= 0; left--) expect(await one.take('a', single)).toMatchObject({ allowed: true, remaining: left })
    expect(asked()).toBe(10)
  })

  it('when a request was refused, then nobody asks until the time that was named, and then it passes', async () => {
    const { one, asked, pass } = scene({ rttMs: 3 })
    for (let i = 0; i < 10; i++) await one.take('a', single)
    const before = asked()
    const { retryAfterMs } = await one.take('a', single)
    for (let i = 0; i < 100; i++) expect((await one.take('a', single)).allowed).toBe(false)
    expect(asked()).toBe(before + 1)
    pass(retryAfterMs)
    expect((await one.take('a', single)).allowed).toBe(true)
  })

  it('when the way to the shared limiter is long, then a remembered refusal is over in time, and names no time that is too early', async () => {
    const { one, shared, pass } = scene({ rttMs: 40 })
    for (let i = 0; i < 11; i++) await one.take('a', single)
    const told = await one.take('a', single)
    const truth = await shared.take('a', single)
    expect(truth.allowed).toBe(false)
    expect(told.retryAfterMs).toBeGreaterThanOrEqual(truth.retryAfterMs)
    pass(truth.retryAfterMs)
    expect((await one.take('a', single)).allowed).toBe(true)
  })

  it('when somebody comes seldom, then they are leased one at a time, and nothing is forfeited', async () => {
    const { one, two, asked, pass } = scene()
    for (let i = 0; i < 60; i++) {
      await one.take('a', leased)
      await two.take('a', leased)
      pass(2_100)
    }
    expect(asked()).toBe(120)
    expect((await one.take('a', leased)).remaining).toBe(599)
  })

  it('when many come once a second, then every other request is asked for', async () => {
    const { one, asked, pass } = scene()
    for (let i = 0; i < 60; i++) {
      await one.take('a', leased)
      pass(900)
    }
    expect(asked()).toBeLessThanOrEqual(40)
  })

  it('when somebody comes often, then the leases grow to what the table allows', async () => {
    const { one, asked } = scene()
    for (let i = 0; i < 200; i++) expect((await one.take('a', leased)).allowed).toBe(true)
    expect(asked()).toBeLessThan(200 / 5)
  })

  it('when somebody keeps to the rate for minutes, spread over two instances, then nobody refuses them', async () => {
    const { one, two, pass } = scene()
    let refused = 0
    for (let i = 0; i < 3_000; i++) {
      if (!(await (i % 2 ? one : two).take('a', leased)).allowed) refused += 1
      pass(150)
    }
    expect(refused).toBe(0)
  })

  it('when a lease was not spent in its time, then it is void', async () => {
    const { one, two, pass } = scene()
    const slow: RateLimitPolicy = { name: 'slow', quota: 100, windowMs: 3_600_000, lease: 10 }
    for (let i = 0; i < 30; i++) await one.take('a', slow)
    let others = 0
    while ((await two.take('a', slow)).allowed) others += 1
    pass(2_000)
    expect((await one.take('a', slow)).allowed).toBe(false)
    expect(30 + others).toBeLessThanOrEqual(100)
    expect(30 + others).toBeGreaterThanOrEqual(91)
  })

  it('when another instance has taken the rest, then no answer had promised it', async () => {
    const { one, two } = scene()
    const slow: RateLimitPolicy = { name: 'slow', quota: 40, windowMs: 3_600_000, lease: 10 }
    let promised = 0
    for (let i = 0; i < 18; i++) promised = (await one.take('a', slow)).remaining
    while ((await two.take('a', slow)).allowed);
    let more = 0
    while ((await one.take('a', slow)).allowed) more += 1
    expect(more).toBeGreaterThanOrEqual(promised)
  })

  it('when more keys come than it may keep, then the oldest is asked for again', async () => {
    const { open, asked } = scene()
    const small = open(2)
    const once: RateLimitPolicy = { name: 'once', quota: 1, windowMs: 3_600_000 }
    for (const key of ['a', 'b', 'c']) for (let i = 0; i < 2; i++) await small.take(key, once)
    expect(asked()).toBe(6)
    expect((await small.take('c', once)).allowed).toBe(false)
    expect(asked()).toBe(6)
    expect((await small.take('a', once)).allowed).toBe(false)
    expect(asked()).toBe(7)
  })

  it('when the shared limiter fails, then so does it, what is held aside', async () => {
    let down = false
    const shared = memoryLimiter({ now: () => 0 })
    const limiter = thriftyLimiter({ take: async (...args) => down ? Promise.reject(new Error('down')) : shared.take(...args) }, { now: () => 0 })
    for (let i = 0; i < 9; i++) await limiter.take('a', leased)
    down = true
    let passed = 0
    await expect((async () => {
      for (;;) {
        await limiter.take('a', leased)
        passed += 1
      }
    })()).rejects.toThrow('down')
    expect(passed).toBeLessThan(10)
    down = false
    expect((await limiter.take('a', leased)).allowed).toBe(true)
  })
})
