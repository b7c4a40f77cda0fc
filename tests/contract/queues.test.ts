import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startPostgresCluster, type PostgresCluster } from '../../scripts/launch/postgres.ts'
import { openQueues, type QueueJob } from '../../server/platform/queue/queues.ts'
import { startTestRedis } from '../harness/redis.ts'
import { until } from '../harness/shopper.ts'

let redis: Awaited<ReturnType<typeof startTestRedis>>
let cluster: PostgresCluster
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queues-'))
  redis = await startTestRedis('noeviction')
  cluster = await startPostgresCluster({ dataDir: join(folder, 'postgres'), replica: false, settings: { fsync: 'off' } })
})
afterAll(async () => {
  await redis.remove()
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

const patience = { attempts: 4, firstPauseMs: 100, longestPauseMs: 10_000 }
const primary = { url: () => cluster.primaryUrl, onChange: () => () => {} }
const quiet = { concurrency: 2, onFailed: () => {} }
const dataOf = (job: QueueJob) => job.data as { n: number }

describe.each(['redis', 'postgres'] as const)('queues on %s', (backend) => {
  /** One process' queues; they end with the test. */
  async function open() {
    const queues = openQueues({ redisUrl: backend === 'redis' ? redis.url : undefined, primary, patience })
    onTestFinished(() => queues.close())
    if (backend === 'redis') await new Promise<void>(resolve => queues.onReady(resolve))
    return queues
  }
  const aName = () => `q-${crypto.randomUUID().slice(0, 8)}`

  it('say which backend they are, and answer a ping', async () => {
    const queues = await open()
    expect(queues.backend).toBe(backend)
    await expect(queues.ping()).resolves.toBeUndefined()
  })

  it('when a job is added, then a worker gets its id and its data as they were', async () => {
    const queues = await open()
    const name = aName()
    const got = Promise.withResolvers<{ id?: string, data: unknown, attemptsMade: number }>()
    queues.work(name, async ({ id, data, attemptsMade }) => got.resolve({ id, data, attemptsMade }), quiet)
    const data = { orderId: '8e03', lines: [{ name: 'Tasse “blau”', quantity: 2 }], none: null }
    await queues.open(name).add([{ id: 'ob-1', data }])
    expect(await got.promise).toEqual({ id: 'ob-1', data, attemptsMade: 0 })
  })

  it('when the same id is added twice, before or after it ran, then it runs once', async () => {
    const queues = await open()
    const name = aName()
    const queue = queues.open(name)
    const ran: number[] = []
    await queue.add([{ id: 'same', data: { n: 1 } }])
    await queue.add([{ id: 'same', data: { n: 2 } }, { id: 'same', data: { n: 3 } }])
    queues.work(name, async job => void ran.push(dataOf(job).n), { ...quiet, concurrency: 1 })
    await until(async () => ran, all => all.length > 0)
    await queue.add([{ id: 'same', data: { n: 4 } }, { id: 'last', data: { n: 5 } }])
    await until(async () => ran, all => all.includes(5))
    expect(ran).toEqual([1, 5])
  })

  it('tell for how long the oldest job has waited, for a worker or for its next try, and nothing where none does', async () => {
    const queues = await open()
    const name = aName()
    const queue = queues.open(name)
    expect(await queue.oldestMs()).toEqual({ waiting: 0, delayed: 0 })
    await queue.add([{ id: 'first', data: { n: 1 } }])
    await until(() => queue.oldestMs(), ages => ages.waiting > 200)
    await queue.add([{ id: 'second', data: { n: 2 } }])
    expect((await queue.oldestMs()).waiting).toBeGreaterThan(200)
    queues.work(name, async () => Promise.reject(new Error('not now')), quiet)
    await until(() => queue.oldestMs(), ages => ages.waiting === 0 && ages.delayed > 200)
  })

  it('when a worker comes later, then it gets what has been waiting, and the counts tell how much that is', async () => {
    const queues = await open()
    const name = aName()
    const queue = queues.open(name)
    await queue.add(Array.from({ length: 25 }, (_, n) => ({ id: `ob-${n}`, data: { n } })))
    expect(await queue.counts()).toMatchObject({ waiting: 25, active: 0, failed: 0 })
    const later = await open()
    const ran = new Set<number>()
    later.work(name, async job => void ran.add(dataOf(job).n), quiet)
    await until(async () => ran.size, size => size === 25)
    await until(() => queue.counts(), counts => counts.waiting === 0 && counts.active === 0)
  })

  it('when a job fails once, then it is tried again, and its worker hears why', async () => {
    const queues = await open()
    const name = aName()
    const failures: string[] = []
    const done = Promise.withResolvers<number>()
    queues.work(name, async ({ attemptsMade }) => {
      if (attemptsMade === 0) throw new Error('not yet')
      done.resolve(attemptsMade)
    }, { concurrency: 1, onFailed: (_, error) => void failures.push(error.message) })
    await queues.open(name).add([{ id: 'flaky', data: {} }])
    expect(await done.promise).toBe(1)
    expect(failures).toEqual(['not yet'])
  })

  it('when a job always fails, then it is tried with growing pauses, kept as failed, and others go on meanwhile', async () => {
    const queues = await open()
    const name = aName()
    const queue = queues.open(name)
    const tries: number[] = []
    const others: number[] = []
    queues.work(name, async (job) => {
      if (job.id !== 'poison') return void others.push(dataOf(job).n)
      tries.push(performance.now())
      throw new Error('poison')
    }, { ...quiet, concurrency: 1 })
    await queue.add([{ id: 'poison', data: {} }, ...Array.from({ length: 10 }, (_, n) => ({ id: `good-${n}`, data: { n } }))])
    await until(async () => others.length, count => count === 10)
    expect(tries.length).toBeLessThan(4)
    const counts = await until(() => queue.counts(), one => one.failed === 1)
    expect(counts).toMatchObject({ waiting: 0, active: 0, delayed: 0, failed: 1 })
    expect(tries).toHaveLength(4)
    const pauses = tries.slice(1).map((at, i) => at - tries[i]!)
    // Doubled each time, less up to half of it by chance.
    expect(pauses[0]).toBeGreaterThanOrEqual(45)
    expect(pauses[1]).toBeGreaterThanOrEqual(95)
    expect(pauses[2]).toBeGreaterThanOrEqual(195)
  })

  it('when a job has used up its attempts, then it is kept elsewhere before the queue lets it go', async () => {
    const queues = await open()
    const name = aName()
    const queue = queues.open(name)
    const kept = Promise.withResolvers<{ id?: string, attemptsMade: number, message: string, failedThen: number }>()
    queues.work(name, async () => Promise.reject(new Error('no use')), {
      ...quiet,
      async onGivenUp({ id, attemptsMade }, { message }) {
        kept.resolve({ id, attemptsMade, message, failedThen: (await queue.counts()).failed! })
      },
    })
    await queue.add([{ id: 'hopeless', data: {} }])
    expect(await kept.promise).toEqual({ id: 'hopeless', attemptsMade: 4, message: 'no use', failedThen: 0 })
    await until(() => queue.counts(), counts => counts.failed === 1)
  })

  it('when an error is permanent, then it is the last attempt, and the others are not held up', async () => {
    const queues = await open()
    const name = aName()
    const queue = queues.open(name)
    const tries: string[] = []
    const kept: string[] = []
    queues.work(name, async ({ id }) => {
      tries.push(id!)
      if (id!.startsWith('poison')) throw new TypeError('not a payload')
    }, { concurrency: 2, onFailed: () => {}, isPermanent: error => error instanceof TypeError, onGivenUp: async ({ id }) => void kept.push(id!) })
    await queue.add([...Array.from({ length: 8 }, (_, n) => ({ id: `poison-${n}`, data: {} })), ...Array.from({ length: 8 }, (_, n) => ({ id: `good-${n}`, data: {} }))])
    await until(() => queue.counts(), counts => counts.failed === 8 && counts.active === 0 && counts.waiting === 0)
    expect(tries.toSorted()).toEqual([...Array.from({ length: 8 }, (_, n) => `good-${n}`), ...Array.from({ length: 8 }, (_, n) => `poison-${n}`)])
    expect(kept).toHaveLength(8)
  })

  it('when a permanent failure cannot be kept now, then it is tried again, and kept later', async () => {
    const queues = await open()
    const name = aName()
    let refusals = 2
    const kept = Promise.withResolvers<number>()
    queues.work(name, async () => Promise.reject(new Error('poison')), {
      ...quiet,
      isPermanent: () => true,
      async onGivenUp({ attemptsMade }) {
        if (refusals-- > 0) throw new Error('the database is away')
        kept.resolve(attemptsMade)
      },
    })
    await queues.open(name).add([{ id: 'poison', data: {} }])
    expect(await kept.promise).toBe(3)
  })

  it('when two workers share a queue, then each job goes to one of them', async () => {
    const [one, two] = await Promise.all([open(), open()])
    const name = aName()
    const ran: number[] = []
    for (const queues of [one, two]) queues.work(name, async job => void ran.push(dataOf(job).n), quiet)
    await one.open(name).add(Array.from({ length: 60 }, (_, n) => ({ id: `ob-${n}`, data: { n } })))
    await until(async () => ran.length, length => length >= 60)
    expect(ran.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n))
  })

  it('when a worker is closed, then it finishes what it has begun, takes no more, and another takes the rest', async () => {
    const queues = await open()
    const name = aName()
    const queue = queues.open(name)
    const begun = Promise.withResolvers<undefined>()
    const gate = Promise.withResolvers<undefined>()
    const order: string[] = []
    const worker = queues.work(name, async ({ id }) => {
      begun.resolve(undefined)
      await gate.promise
      order.push(`${id} done`)
    }, { concurrency: 1, onFailed: () => {} })
    await queue.add([{ id: 'first', data: {} }, { id: 'second', data: {} }])
    await begun.promise
    const closing = worker.close().then(() => order.push('closed'))
    gate.resolve(undefined)
    await closing
    expect(order).toEqual(['first done', 'closed'])
    expect((await queue.counts()).waiting).toBe(1)
    const rest = Promise.withResolvers<string | undefined>()
    ;(await open()).work(name, async ({ id }) => rest.resolve(id), quiet)
    expect(await rest.promise).toBe('second')
  })
})

describe('queues on Redis', () => {
  it('when Redis hangs, then adding fails within its bound instead of waiting', async () => {
    const own = await startTestRedis('noeviction')
    onTestFinished(() => own.remove())
    const queues = openQueues({ redisUrl: own.url, primary, patience })
    await new Promise<void>(resolve => queues.onReady(resolve))
    const queue = queues.open('hung')
    await queue.add([{ id: 'warm', data: {} }])
    own.freeze()
    const from = performance.now()
    await expect(queue.add([{ id: 'ob-1', data: {} }])).rejects.toThrow()
    await expect(queues.ping()).rejects.toThrow()
    expect(performance.now() - from).toBeLessThan(3_500)
    own.resume()
    await queues.close()
  })

  it('when Redis is not there as the process starts, then adding fails at once, and works when it has come', async () => {
    const own = await startTestRedis('noeviction')
    onTestFinished(() => own.remove())
    await own.kill()
    const queues = openQueues({ redisUrl: own.url, primary, patience })
    onTestFinished(() => queues.close())
    const queue = queues.open('early')
    const ran = Promise.withResolvers<string | undefined>()
    queues.work('early', async ({ id }) => ran.resolve(id), { concurrency: 1, onFailed: () => {} })
    const from = performance.now()
    await expect(queue.add([{ id: 'ob-1', data: {} }])).rejects.toThrow('is not there')
    expect(performance.now() - from).toBeLessThan(250)
    const back = new Promise<void>(resolve => queues.onReady(resolve))
    await own.start()
    await back
    await queue.add([{ id: 'ob-1', data: {} }])
    expect(await ran.promise).toBe('ob-1')
  })

  it('when a job took its worker down again and again, then it is not run any more, and kept elsewhere', async () => {
    const queues = openQueues({ redisUrl: redis.url, primary, patience })
    onTestFinished(() => queues.close())
    await new Promise<void>(resolve => queues.onReady(resolve))
    const queue = queues.open('deadly')
    await queue.add([{ id: 'deadly', data: { n: 1 } }])
    // What the queue itself notes when a job's lock was lost more often than it allows.
    const client = await redis.connect()
    await client.hset('bull:deadly:deadly', 'defa', 'job stalled more than allowable limit')
    const ran: number[] = []
    const kept = Promise.withResolvers<{ id?: string, data: unknown, message: string }>()
    queues.work('deadly', async job => void ran.push(dataOf(job).n), { ...quiet, onGivenUp: async ({ id, data }, { message }) => kept.resolve({ id, data, message }) })
    expect(await kept.promise).toEqual({ id: 'deadly', data: { n: 1 }, message: 'job stalled more than allowable limit' })
    expect(ran).toEqual([])
  })

  it('when Redis comes back, then whoever wants to know is told, and adding works again', async () => {
    const own = await startTestRedis('noeviction')
    onTestFinished(() => own.remove())
    const queues = openQueues({ redisUrl: own.url, primary, patience })
    onTestFinished(() => queues.close())
    await new Promise<void>(resolve => queues.onReady(resolve))
    const queue = queues.open('back')
    await own.kill()
    await expect(queue.add([{ id: 'ob-1', data: {} }])).rejects.toThrow()
    const back = new Promise<void>(resolve => queues.onReady(resolve))
    await own.start()
    await back
    await queue.add([{ id: 'ob-1', data: {} }])
    expect((await queue.counts()).waiting).toBe(1)
  })
})
