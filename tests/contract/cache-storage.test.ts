import { createStorage, type Driver, type Storage } from 'unstorage'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { memoryCacheDriver } from '../../server/platform/cache/memory-driver.ts'
import { guardRedis } from '../../server/platform/cache/redis-guard.ts'
import { redisCacheDriver } from '../../server/platform/cache/storage-driver.ts'
import { startTestRedis } from '../harness/redis.ts'
import { until } from '../harness/shopper.ts'

let redis: Awaited<ReturnType<typeof startTestRedis>>
beforeAll(async () => {
  redis = await startTestRedis()
})
afterAll(() => redis.remove())

/** As the process mounts them, `server/plugins/compose.ts`. */
const implementations: { name: string, open: (ttlS: number) => Promise<Driver> }[] = [
  { name: 'memory', open: async ttlS => memoryCacheDriver({ maxEntries: 2_000, ttlS: () => ttlS }) },
  { name: 'Redis', open: async ttlS => redisCacheDriver({ guard: guardRedis(await redis.connect(), { name: 'test' }), ttlS: () => ttlS, prefix: `cache:${crypto.randomUUID()}:` }) },
]

describe.each(implementations)('the $name cache', ({ open }) => {
  const storage = async (ttlS = 600): Promise<Storage> => createStorage({ driver: await open(ttlS) })
  const entry = { value: { body: '{"items":[]}', headers: { etag: '"x"' } }, expires: 1, mtime: 2, integrity: 'abc' }

  it('gives back what was put in', async () => {
    const cache = await storage()
    await cache.setItem('nitro:handlers:product:k1.json', entry)
    expect(await cache.getItem('nitro:handlers:product:k1.json')).toEqual(entry)
    expect(await cache.hasItem('nitro:handlers:product:k1.json')).toBe(true)
  })

  it('misses what is not there', async () => {
    const cache = await storage()
    expect(await cache.getItem('nothing')).toBeNull()
    expect(await cache.hasItem('nothing')).toBe(false)
    await expect(cache.removeItem('nothing')).resolves.toBeUndefined()
  })

  it('keeps the last of two writes, and forgets what was removed', async () => {
    const cache = await storage()
    await cache.setItem('k', { v: 1 })
    await cache.setItem('k', { v: 2 })
    expect(await cache.getItem('k')).toEqual({ v: 2 })
    await cache.removeItem('k')
    expect(await cache.getItem('k')).toBeNull()
  })

  it('lists its keys', async () => {
    const cache = await storage()
    await cache.setItem('a:1', 1)
    await cache.setItem('a:2', 2)
    await cache.setItem('b:1', 3)
    expect((await cache.getKeys('a')).toSorted()).toEqual(['a:1', 'a:2'])
  })

  it('forgets by itself', async () => {
    const cache = await storage(1)
    await cache.setItem('k', { v: 1 })
    expect(await cache.getItem('k')).toEqual({ v: 1 })
    expect(await until(async () => cache.getItem('k'), value => value === null, { withinMs: 5_000 })).toBeNull()
  })
})

describe('the Redis cache', () => {
  async function breakable(ttlS = 600) {
    const own = await startTestRedis()
    onTestFinished(() => own.remove())
    const client = await own.connect()
    return { own, client, cache: createStorage({ driver: redisCacheDriver({ guard: guardRedis(client, { name: 'test' }), ttlS: () => ttlS, prefix: 'cache:1:' }) }) }
  }

  it('when two versions share one Redis, then neither sees the other\'s entries', async () => {
    const client = await redis.connect()
    const [old, fresh] = ['a', 'b'].map(version => createStorage({ driver: redisCacheDriver({ guard: guardRedis(client, { name: 'test' }), ttlS: () => 60, prefix: `cache:${version}:` }) })) as [Storage, Storage]
    await old.setItem('k', 'old')
    expect(await fresh.getItem('k')).toBeNull()
    expect(await fresh.getKeys()).toEqual([])
  })

  it('when an entry is written, then it has an end, whatever else is told', async () => {
    const { client, cache } = await breakable(60)
    await cache.setItem('k', 'v')
    expect(await client.ttl('cache:1:k')).toBeGreaterThan(0)
    expect(await client.ttl('cache:1:k')).toBeLessThanOrEqual(60)
  })

  it('when an entry is of another kind, then it is a miss, and the next write heals it', async () => {
    const { client, cache } = await breakable()
    await client.lpush('cache:1:k', 'not a string')
    expect(await cache.getItem('k')).toBeNull()
    await cache.setItem('k', { v: 1 })
    expect(await cache.getItem('k')).toEqual({ v: 1 })
  })

  it.each(['{"value":{"bo', '\u0000\u0001', ''])('when an entry was cut or overwritten, then nothing is thrown and no entry comes out: %j', async (garbage) => {
    const { client, cache } = await breakable()
    await client.set('cache:1:k', garbage)
    expect(typeof await cache.getItem('k') === 'object' && await cache.getItem('k') !== null).toBe(false)
  })

  it.each(['dead', 'frozen'] as const)('when Redis is %s, then reads are misses, writes are forgotten, each within 250 ms, and soon at once', async (how) => {
    const { own, cache } = await breakable()
    await cache.setItem('k', 'v')
    if (how === 'frozen') own.freeze()
    else await own.kill()
    const costs: number[] = []
    for (let i = 0; i < 10; i++) {
      const from = performance.now()
      if (i % 3 === 0) expect(await cache.getItem('k')).toBeNull()
      else if (i % 3 === 1) await cache.setItem('k', 'v')
      else expect(await cache.hasItem('k')).toBe(false)
      costs.push(performance.now() - from)
    }
    expect(Math.max(...costs)).toBeLessThanOrEqual(250)
    expect(costs.filter(ms => ms > 50).length).toBeLessThanOrEqual(1)
  })

  it('when Redis is full, then writes are forgotten and reads go on', async () => {
    const { client, cache } = await breakable()
    await cache.setItem('k', 'v')
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    await client.config('SET', 'maxmemory', '1')
    await expect(cache.setItem('other', 'v')).resolves.toBeUndefined()
    expect(await cache.getItem('k')).toBe('v')
    expect(await cache.getItem('other')).toBeNull()
  })

  it('when Redis answers again, then the cache works again, without a restart', async () => {
    const { own, cache } = await breakable()
    await cache.setItem('k', 'v')
    own.freeze()
    for (let i = 0; i < 3; i++) expect(await cache.getItem('k')).toBeNull()
    own.resume()
    expect(await until(async () => cache.getItem('k'), value => value === 'v')).toBe('v')
  })
})
