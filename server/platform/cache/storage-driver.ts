/**
 * The storage below `defineCachedEventHandler`.
 *
 * Prevents: a dead, hung or corrupt Redis becoming the shopper's problem.
 * Guarantees: a failed read is a miss, a failed write is forgotten, every entry expires after the seconds that `ttlS` says of its
 * key, and while the connection's guard knows that Redis does not answer, nobody waits for it.
 *
 * @pattern cache-aside
 */
import type { Redis } from 'ioredis'
import { defineDriver } from 'unstorage'
import type { RedisGuard } from './redis-guard.ts'

interface Options { guard: Pick<RedisGuard, 'run'>, ttlS: (key: string) => number, prefix: string }

export const redisCacheDriver = defineDriver((options: Options) => {
  const { guard, ttlS, prefix } = options
  async function orElse<T>(otherwise: T, work: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await guard.run(work)
    }
    catch {
      return otherwise
    }
  }
  const keyOf = (key: string) => `${prefix}${key}`

  return {
    name: 'redis-cache',
    options,
    hasItem: key => orElse(false, async redis => await redis.exists(keyOf(key)) > 0),
    getItem: key => orElse<string | null>(null, redis => redis.get(keyOf(key))),
    async setItem(key, value) {
      await orElse<unknown>(null, redis => redis.set(keyOf(key), value, 'EX', ttlS(key)))
    },
    async removeItem(key) {
      await orElse<unknown>(null, redis => redis.unlink(keyOf(key)))
    },
    getKeys: base => orElse<string[]>([], async (redis) => {
      const keys: string[] = []
      for await (const page of redis.scanStream({ match: `${prefix}${base}*`, count: 500 })) keys.push(...(page as string[]).map(key => key.slice(prefix.length)))
      return keys
    }),
  }
})
