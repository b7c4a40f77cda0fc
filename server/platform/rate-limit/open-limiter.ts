import type { Redis } from 'ioredis'
import type { RedisGuard } from '../cache/redis-guard.ts'
import type { Config } from '../config.ts'
import type { RateLimiter } from './gcra.ts'
import { announceInstance } from './live-instances.ts'
import { memoryLimiter } from './memory-limiter.ts'
import { redisLimiter } from './redis-limiter.ts'
import { resilientLimiter } from './resilient-limiter.ts'
import { thriftyLimiter } from './thrifty-limiter.ts'

/** The limiter of a process: shared through Redis where there is one, asked sparingly, with a local one behind it. */
export function openLimiter(config: Pick<Config, 'role' | 'instanceId' | 'webInstances'>, connection: { redis: Redis, guard: RedisGuard } | null): RateLimiter & { close(): Promise<void> } {
  const local = memoryLimiter()
  if (!connection || config.role === 'worker') return { ...local, close: async () => {} }
  const { redis, guard } = connection
  const instances = announceInstance(guard, { name: config.instanceId, assumed: config.webInstances })
  const limiter = resilientLimiter(thriftyLimiter(redisLimiter(redis, guard)), local, { instances: instances.count })
  return { ...limiter, close: instances.stop }
}
