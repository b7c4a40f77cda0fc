/**
 * Prevents: a limit that is multiplied by the number of instances, or slips under concurrency.
 * Guarantees: one decision is one script on Redis' own clock, so it is exact for all instances together.
 *
 * @pattern rate-limiting
 */
import type { Redis, Result } from 'ioredis'
import type { RedisGuard } from '../cache/redis-guard.ts'
import { burstOf, type RateLimiter } from './gcra.ts'

// The same step as gcra(), on Redis' clock; microseconds kept as a string, since Lua's numbers print as 1e+15.
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local quota, window, burst, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local interval = window / quota
local waiting = math.max(tonumber(redis.call('GET', KEYS[1]) or now) - now, 0)
local available = math.floor((interval * burst - waiting + 0.001) / interval)
if available < 1 then
  return { 0, 0, math.ceil(waiting), math.ceil(waiting + interval - interval * burst) }
end
local granted = math.min(count, available)
local reset = waiting + granted * interval
redis.call('SET', KEYS[1], string.format('%.3f', now + reset), 'PX', math.ceil(reset) + 1000)
return { granted, available - granted, math.ceil(reset), 0 }
`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    gcra(key: string, quota: number, windowMs: number, burst: number, count: number): Result<[number, number, number, number], Context>
  }
}

/** Limits for all instances together. Rejects when Redis does not answer, at once while the guard knows that. */
export function redisLimiter(redis: Redis, guard: Pick<RedisGuard, 'run'>): RateLimiter {
  redis.defineCommand('gcra', { numberOfKeys: 1, lua: script })
  return {
    async take(key, policy, count = 1) {
      const [granted, remaining, resetMs, retryAfterMs] = await guard.run(client => client.gcra(`limit:${policy.name}:${key}`, policy.quota, policy.windowMs, burstOf(policy), count))
      return { allowed: granted > 0, granted, remaining, resetMs, retryAfterMs }
    },
  }
}
