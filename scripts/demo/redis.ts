import { basename, join } from 'node:path'
import { Redis } from 'ioredis'
import type { Lifecycle } from '../launch/lifecycle.ts'
import { dataDir } from '../launch/project.ts'
import { findRedisServer, startRedis } from '../launch/redis.ts'
import type { Part } from './database.ts'

/** REDIS_URL when it is set, else two servers from PATH, else none: then the app keeps its cache in memory and its queue in Postgres. */
export async function startRedisPair({ onStop, onDeath }: Lifecycle): Promise<Part> {
  const { REDIS_URL, REDIS_CACHE_URL = REDIS_URL, REDIS_QUEUE_URL = REDIS_URL } = process.env
  if (REDIS_CACHE_URL && REDIS_QUEUE_URL) {
    await Promise.all([check(REDIS_CACHE_URL), check(REDIS_QUEUE_URL)])
    return { env: { REDIS_CACHE_URL, REDIS_QUEUE_URL }, about: `yours, from ${REDIS_URL ? 'REDIS_URL' : 'REDIS_CACHE_URL and REDIS_QUEUE_URL'}` }
  }
  const program = findRedisServer()
  if (!program) return { env: {}, about: 'none found: cache and limits in memory, the queue in Postgres' }
  const [cache, queue] = await Promise.all([
    startRedis({ dir: join(dataDir, 'redis-cache'), policy: 'allkeys-lru', appendOnly: false, onDeath }),
    startRedis({ dir: join(dataDir, 'redis-queue'), policy: 'noeviction', appendOnly: true, onDeath }),
  ])
  onStop(async () => {
    await Promise.all([cache.stop(), queue.stop()])
  })
  return {
    env: { REDIS_CACHE_URL: cache.url, REDIS_QUEUE_URL: queue.url },
    about: `two ${basename(program)} of this machine: cache (LRU) and queue (append-only)`,
  }
}

async function check(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 5000, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  let reason = ''
  client.on('error', error => (reason = error.message))
  try {
    await client.connect()
    await client.ping()
  }
  catch (error) {
    throw new Error(`REDIS_URL is set, but no Redis answers there: ${reason || String(error)}`, { cause: error })
  }
  finally {
    client.disconnect()
  }
}
