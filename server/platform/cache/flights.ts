/**
 * Prevents: an answer that is dear to make being made by every instance at once when its entry goes: a stampede, at the worst
 * moment, since a change clears the listings of all instances together.
 * Guarantees: while Redis answers, one instance makes it and the others wait for its result, at most `patienceMs`; whoever has
 * waited that long, or has no Redis, makes it alone. It bounds work, nothing depends on it: two may make the same answer.
 *
 * @pattern single-flight
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis, Result } from 'ioredis'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    land(lock: string, result: string, token: string, value: string, keepMs: number): Result<number, Context>
    giveUp(lock: string, token: string): Result<number, Context>
  }
}

// Only who still holds the lock may say what came of it.
const land = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return redis.call('DEL', KEYS[1])`
const giveUp = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

export interface Flights {
  /** Makes the text for this key, or takes what another instance has just made. What `make` throws is the caller's own. */
  once(key: string, make: () => Promise<string>): Promise<string>
}

/** Without a Redis: everybody for themselves. */
export const noFlights: Flights = { once: (_, make) => make() }

export interface FlightSettings {
  run: <T>(work: (redis: Redis) => Promise<T>) => Promise<T>
  prefix: string
  /** Longer than an answer ever takes: a holder that died is not waited for any longer. */
  lockMs?: number
  /** How long a result can be picked up; it is no cache. */
  keepMs?: number
  patienceMs?: number
}

export function redisFlights(redis: Redis, { run, prefix, lockMs = 5_000, keepMs = 2_000, patienceMs = 2_000 }: FlightSettings): Flights {
  redis.defineCommand('land', { numberOfKeys: 2, lua: land })
  redis.defineCommand('giveUp', { numberOfKeys: 1, lua: giveUp })
  const orNull = <T>(work: (client: Redis) => Promise<T>) => run(work).catch(() => null)

  async function resultOf(lock: string, result: string): Promise<string | null> {
    const until = performance.now() + patienceMs
    for (let waitMs = 10; performance.now() < until; waitMs = Math.min(100, waitMs * 1.5)) {
      await pause(waitMs)
      const seen = await orNull(client => client.mget(result, lock))
      // Redis is gone, or the holder is and left nothing.
      if (!seen || (seen[0] === null && seen[1] === null)) return null
      if (seen[0]) return seen[0]
    }
    return null
  }

  return {
    async once(key, make) {
      const [lock, result] = [`${prefix}lock:${key}`, `${prefix}result:${key}`]
      const token = randomUUID()
      const mine = await orNull(async client => await client.set(lock, token, 'PX', lockMs, 'NX') === 'OK')
      if (mine === false) {
        const made = await resultOf(lock, result)
        return made ?? make()
      }
      try {
        const value = await make()
        await orNull(client => client.land(lock, result, token, value, keepMs))
        return value
      }
      catch (error) {
        await orNull(client => client.giveUp(lock, token))
        throw error
      }
    },
  }
}
