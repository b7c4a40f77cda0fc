import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis, type RedisServer } from '../../scripts/launch/redis.ts'
import { connectRedis, whenReady } from '../../server/platform/cache/redis.ts'

export interface TestRedis extends RedisServer {
  /** A connection as the shop's own cache and limiter have; closed with the server. */
  connect(): Promise<ReturnType<typeof connectRedis>>
}

/** A real Redis in a folder of its own; `remove` ends it, frozen or not. @throws when no Redis program is installed */
export async function startTestRedis(policy: 'allkeys-lru' | 'noeviction' = 'allkeys-lru'): Promise<TestRedis & { remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'redis-'))
  const server = await startRedis({ dir: join(dir, 'redis'), policy, appendOnly: false })
  const clients: ReturnType<typeof connectRedis>[] = []
  return {
    ...server,
    get pid() { return server.pid },
    async connect() {
      const client = connectRedis(server.url)
      clients.push(client)
      if (!await whenReady(client, 10_000)) throw new Error('the Redis of this test does not answer')
      return client
    },
    async remove() {
      clients.forEach(client => client.disconnect())
      await server.kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
