/**
 * Prevents: a limit that is multiplied by the number of instances, or slips under concurrency.
 * Guarantees: one decision is one script on Redis' own clock, so it is exact for all instances together.
 *
 * @pattern rate-limiting
 */
import type { Redis, Result } from 'ioredis'
import type { RateLimiter } from './gcra.ts'

// The same step as gcra(), on Redis' clock; microseconds kept as a string, since Lua's numbers print as 1e+15.
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local quota, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local interval = window / quota
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local next_tat = tat + interval
local early = next_tat - window - now
if early > 0.001 then
  return { 0, 0, math.ceil(tat - now), math.ceil(early) }
end
redis.call('SET', KEYS[1], string.format('%.3f', next_tat), 'PX', math.ceil(next_tat - now) + 1000)
return { 1, math.floor((0.001 - early) / interval), math.ceil(next_tat - now), 0 }
`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    gcra(key: string, quota: number, windowMs: number): Result<[number, number, number, number], Context>
  }
}

export function redisLimiter(redis: Redis): RateLimiter {
  redis.defineCommand('gcra', { numberOfKeys: 1, lua: script })
  return {
    async take(key, { name, quota, windowMs }) {
      const [allowed, remaining, resetMs, retryAfterMs] = await redis.gcra(`limit:${name}:${key}`, quota, windowMs)
      return { allowed: allowed === 1, remaining, resetMs, retryAfterMs }
    },
  }
}
