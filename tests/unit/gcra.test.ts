import { describe, expect, it } from 'vitest'
import { gcra, type RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'
import { memoryLimiter } from '../../server/platform/rate-limit/memory-limiter.ts'

const policy: RateLimitPolicy = { name: 'test', quota: 10, windowMs: 60_000 }
const intervalMs = 6_000

/** Takes at the given times and answers the decisions, as one key would see them. */
function takeAt(timesMs: readonly number[], rule = policy) {
  let tat: number | null = null
  return timesMs.map((nowMs) => {
    const { decision, tatMs } = gcra(nowMs, tat, rule)
    tat = tatMs ?? tat
    return decision
  })
}
const allowedOf = (timesMs: readonly number[], rule = policy) => takeAt(timesMs, rule).map(decision => decision.allowed)

describe('gcra', () => {
  it('when a window begins, then the whole quota may come at once and is counted down', () => {
    expect(takeAt(Array<number>(10).fill(1_000)).map(decision => decision.remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  })

  it('when the quota is used up, then the next request waits for one interval', () => {
    const burst = Array<number>(10).fill(0)
    expect(takeAt([...burst, 0]).at(-1)).toEqual({ allowed: false, granted: 0, remaining: 0, resetMs: 60_000, retryAfterMs: intervalMs })
    expect(takeAt([...burst, intervalMs - 1]).at(-1)).toMatchObject({ allowed: false, retryAfterMs: 1 })
    expect(takeAt([...burst, intervalMs]).at(-1)).toMatchObject({ allowed: true, remaining: 0, retryAfterMs: 0 })
  })

  it('when refused requests keep coming, then they do not push the next allowed one away', () => {
    expect(allowedOf([...Array<number>(10).fill(0), ...Array<number>(50).fill(3_000), intervalMs]).at(-1)).toBe(true)
  })

  it('when requests come at the sustained rate, then none is ever refused', () => {
    expect(allowedOf(Array.from({ length: 500 }, (_, i) => i * intervalMs))).not.toContain(false)
  })

  it('when the key has been quiet for a window, then the whole quota is back, and never more', () => {
    const later = 10_000_000
    expect(allowedOf([...Array<number>(10).fill(0), ...Array<number>(11).fill(later)]).slice(10)).toEqual([...Array<boolean>(10).fill(true), false])
  })

  it('in any window, at most twice the quota passes, and over a long time the rate is kept', () => {
    const times = Array.from({ length: 60_000 }, (_, i) => i * 10)
    const allowed = allowedOf(times)
    const allowedTimes = times.filter((_, i) => allowed[i])
    for (const from of [0, 30_000, 60_000, 300_000]) {
      expect(allowedTimes.filter(time => time >= from && time < from + policy.windowMs).length).toBeLessThanOrEqual(20)
    }
    expect(allowedTimes.length).toBe(10 + 99)
  })

  it('when one request a window is allowed, then the second waits for the whole window', () => {
    expect(takeAt([0, 0], { name: 'once', quota: 1, windowMs: 1_000 })[1]).toMatchObject({ allowed: false, retryAfterMs: 1_000 })
  })

  it('when a policy has a burst of its own, then that much passes at once, and the rate stays', () => {
    const bursty = { ...policy, burst: 3 }
    expect(allowedOf([0, 0, 0, 0], bursty)).toEqual([true, true, true, false])
    expect(takeAt([0, 0, 0, 0], bursty)[3]).toMatchObject({ retryAfterMs: intervalMs, resetMs: 3 * intervalMs })
    expect(allowedOf(Array.from({ length: 600 }, (_, i) => i * 1_000), bursty).filter(Boolean)).toHaveLength(3 + 99)
  })

  it('when several are wanted, then as many are given as there are', () => {
    const first = gcra(0, null, policy, 7)
    expect(first).toEqual({ decision: { allowed: true, granted: 7, remaining: 3, resetMs: 7 * intervalMs, retryAfterMs: 0 }, tatMs: 7 * intervalMs })
    const second = gcra(0, first.tatMs, policy, 7)
    expect(second.decision).toMatchObject({ allowed: true, granted: 3, remaining: 0 })
    expect(gcra(0, second.tatMs, policy, 7)).toMatchObject({ decision: { allowed: false, granted: 0 }, tatMs: null })
  })

  it('when the clock has fractions, then no request of the quota is refused or miscounted for a rounding error', () => {
    for (let i = 0; i < 2_000; i++) {
      const now = i * 1_234.567_890_1 + 1 / (i + 1)
      for (const rule of [{ ...policy, quota: 1, windowMs: 3_600_000 }, { ...policy, quota: 7, windowMs: 1_000 }]) {
        const times = Array<number>(rule.quota + 1).fill(now)
        expect(allowedOf(times, rule), `${now}`).toEqual([...Array<boolean>(rule.quota).fill(true), false])
        expect(takeAt(times, rule).map(decision => decision.remaining), `${now}`).toEqual([...Array.from({ length: rule.quota }, (_, left) => rule.quota - 1 - left), 0])
      }
    }
  })

  it('when the clock goes back, then nothing is given away', () => {
    expect(allowedOf([...Array<number>(10).fill(100_000), 50_000]).at(-1)).toBe(false)
  })
})

describe('the memory limiter', () => {
  it('when two keys or two policies share a limiter, then each has its own quota', async () => {
    const limiter = memoryLimiter({ now: () => 0 })
    const one: RateLimitPolicy = { name: 'one', quota: 1, windowMs: 1_000 }
    const two = { ...one, name: 'two' }
    const answers = [await limiter.take('a', one), await limiter.take('b', one), await limiter.take('a', two), await limiter.take('a', one)]
    expect(answers.map(answer => answer.allowed)).toEqual([true, true, true, false])
  })

  it('when more keys come than it may keep, then it forgets the one that has been quiet longest', async () => {
    const limiter = memoryLimiter({ maxKeys: 2, now: () => 0 })
    const once: RateLimitPolicy = { name: 'once', quota: 1, windowMs: 1_000 }
    for (const key of ['first', 'second', 'third']) await limiter.take(key, once)
    expect((await limiter.take('third', once)).allowed).toBe(false)
    expect((await limiter.take('second', once)).allowed).toBe(false)
    expect((await limiter.take('first', once)).allowed).toBe(true)
  })
})
