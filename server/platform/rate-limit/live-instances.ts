import { randomUUID } from 'node:crypto'
import type { RedisGuard } from '../cache/redis-guard.ts'

export interface LiveInstances {
  /** How many there were when they could last be counted; what was assumed, before that. */
  count(): number
  stop(): Promise<void>
}

const key = 'instances:web'
// On Redis' own clock, so that no instance with a wrong one is taken for dead or lives on.
const announceScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
`

/**
 * Lets this process be counted among the web processes that share a Redis, and counts them; who has been silent for three
 * rounds is gone. Never throws: without Redis the last count stands.
 */
export function announceInstance(guard: Pick<RedisGuard, 'run'>, { name, assumed, everyMs = 3_000 }: { name: string, assumed: number, everyMs?: number }): LiveInstances {
  // Process ids are alike in containers.
  const id = `${name}:${randomUUID()}`
  let count = assumed
  async function announce() {
    try {
      count = Number(await guard.run(redis => redis.eval(announceScript, 1, key, id, 3 * everyMs)))
    }
    catch {
      // The next round tries again.
    }
  }
  let round = announce()
  const timer = setInterval(() => {
    round = announce()
  }, everyMs)
  timer.unref()
  return {
    count: () => count,
    async stop() {
      clearInterval(timer)
      await round
      await guard.run(redis => redis.zrem(key, id)).catch(() => {})
    },
  }
}
