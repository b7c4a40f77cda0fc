import type { Redis } from 'ioredis'
import type { RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'

/** Spares Redis by counting here and adding it up there every `every` requests: what the others let pass meanwhile is learnt too late. */
export function settleLater(redis: Redis, { every }: { every: number }) {
  const counts = new Map<string, { shared: number, own: number }>()
  return {
    async take(key: string, { quota, windowMs }: RateLimitPolicy): Promise<{ allowed: boolean }> {
      const count = counts.get(key) ?? { shared: 0, own: 0 }
      counts.set(key, count)
      if (count.shared + count.own >= quota) return { allowed: false }
      count.own += 1
      if (count.own >= every) {
        count.shared = await redis.incrby(`later:${key}`, count.own)
        await redis.pexpire(`later:${key}`, windowMs)
        count.own = 0
      }
      return { allowed: true }
    },
  }
}
