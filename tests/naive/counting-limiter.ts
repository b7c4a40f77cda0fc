import type { Redis } from 'ioredis'
import type { RateLimitPolicy } from '../../server/platform/rate-limit/gcra.ts'

/** A fixed window in two steps: reads the count, then writes it plus one. Who reads at the same time passes at the same time. */
export function countingLimiter(redis: Redis) {
  return {
    async take(key: string, { quota, windowMs }: RateLimitPolicy): Promise<{ allowed: boolean }> {
      const count = Number(await redis.get(`naive:${key}`) ?? 0)
      if (count >= quota) return { allowed: false }
      await redis.set(`naive:${key}`, count + 1, 'PX', windowMs)
      return { allowed: true }
    },
  }
}
