import { Redis } from 'ioredis'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRedis, type RedisServer } from '../../scripts/launch/redis.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function start(options: Partial<Parameters<typeof startRedis>[0]> = {}): Promise<RedisServer> {
  const server = await startRedis({ dir: join(temporaryFolder(), 'redis'), policy: 'noeviction', appendOnly: true, ...options })
  onTestFinished(() => server.stop())
  return server
}

function connect(url: string): Redis {
  const client = new Redis(url, { commandTimeout: 500, maxRetriesPerRequest: 1, retryStrategy: () => 50 })
  client.on('error', () => {})
  onTestFinished(() => client.disconnect())
  return client
}

test('a queue keeps what was written, over kill -9 and a new start', async () => {
  const server = await start()
  const client = connect(server.url)
  await client.set('job', 'ship it')
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  await server.kill()
  await server.start()
  expect(await connect(server.url).get('job')).toBe('ship it')
})

test('a cache starts empty and drops what was not used for long', async () => {
  const server = await start({ policy: 'allkeys-lru', appendOnly: false })
  const client = connect(server.url)
  expect(await client.dbsize()).toBe(0)
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru'])
})

test('a frozen server answers nothing until it is resumed', async () => {
  const server = await start()
  const client = connect(server.url)
  await client.ping()
  server.freeze()
  await expect(client.ping()).rejects.toThrow(/timed out/)
  server.resume()
  expect(await connect(server.url).ping()).toBe('PONG')
})

test('nobody gets in without the password', async () => {
  const { port } = await start()
  await expect(connect(`redis://127.0.0.1:${port}`).ping()).rejects.toThrow(/NOAUTH/)
})
