import { Redis } from 'ioredis'

/**
 * A connection that fails fast: no queue while offline, at most `commandTimeoutMs` for an answer.
 * Made for the cache and the limiter, which have an answer without Redis.
 */
export function connectRedis(url: string, { commandTimeoutMs = 150 } = {}): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 1_000,
    retryStrategy: attempt => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2),
  })
  // Without a listener an outage would be an uncaught exception; callers see their own command fail.
  redis.on('error', () => {})
  return redis
}

/** Waits until the first connection stands, at most `withinMs`; a shop without its cache still opens. */
export async function whenReady(redis: Redis, withinMs = 1_500): Promise<boolean> {
  if (redis.status === 'ready') return true
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs)
    redis.once('ready', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
