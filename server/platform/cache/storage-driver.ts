/**
 * The storage below `defineCachedEventHandler`.
 *
 * Prevents: a dead, hung or corrupt Redis becoming the shopper's problem.
 * Guarantees: a failed read is a miss, a failed write is forgotten, every entry expires after the seconds that `ttlS` says of its key, and after a
 * few failures in a row Redis is not asked again until a probe succeeds.
 *
 * @pattern cache-aside
 */
import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import type { Redis } from 'ioredis'
import { defineDriver } from 'unstorage'

interface Options { redis: Redis, ttlS: (key: string) => number, prefix: string }

export const redisCacheDriver = defineDriver((options: Options) => {
  const { redis, ttlS, prefix } = options
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker: new ConsecutiveBreaker(2) })
  async function orElse<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await breaker.execute(work)
    }
    catch {
      return otherwise
    }
  }
  const keyOf = (key: string) => `${prefix}${key}`

  return {
    name: 'redis-cache',
    options,
    hasItem: key => orElse(false, async () => await redis.exists(keyOf(key)) > 0),
    getItem: key => orElse<string | null>(null, () => redis.get(keyOf(key))),
    async setItem(key, value) {
      await orElse<unknown>(null, () => redis.set(keyOf(key), value, 'EX', ttlS(key)))
    },
    async removeItem(key) {
      await orElse<unknown>(null, () => redis.unlink(keyOf(key)))
    },
    getKeys: base => orElse<string[]>([], async () => {
      const keys: string[] = []
      for await (const page of redis.scanStream({ match: `${prefix}${base}*`, count: 500 })) keys.push(...(page as string[]).map(key => key.slice(prefix.length)))
      return keys
    }),
  }
})
