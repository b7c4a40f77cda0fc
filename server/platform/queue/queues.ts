/**
 * BullMQ on Redis, or on Postgres where a bare machine has no Redis; the rest of the code does not know which.
 */
import { createPostgresBackend, Queue, withBackend, Worker, type Job, type QueueOptions, type WorkerOptions } from 'bullmq'
import { Redis } from 'ioredis'

export interface QueueJob { id?: string, attemptsMade: number, data: unknown }

export interface EventQueue {
  name: string
  /** Adds jobs; an id that the queue already has is not added again. */
  add(jobs: { id: string, data: unknown }[]): Promise<void>
  counts(): Promise<Record<string, number>>
  close(): Promise<void>
}

export interface RunningWorker { close(): Promise<void> }

export interface Queues {
  backend: 'redis' | 'postgres'
  open(name: string): EventQueue
  work(name: string, process: (job: QueueJob) => Promise<void>, options: { concurrency: number, onFailed: (job: QueueJob | undefined, error: Error) => void }): RunningWorker
  /** Resolves when the broker answers. */
  ping(): Promise<void>
  /** Called when the broker has come back, so that waiting work need not wait for a poll. */
  onReady(callback: () => void): void
  close(): Promise<void>
}

/** How often a job is tried, and the first of its doubling pauses. */
export interface Patience { attempts: number, firstPauseMs: number }

const jobOptionsOf = ({ attempts, firstPauseMs }: Patience) => ({
  attempts,
  backoff: { type: 'exponential', delay: firstPauseMs, jitter: 0.5 },
  removeOnComplete: { age: 3_600, count: 5_000 },
  removeOnFail: false,
})
type JobOptions = ReturnType<typeof jobOptionsOf>

// Must be the same on every worker of a queue, or one declares another's jobs stalled.
const lockSettings = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 3 } as const

interface Source { makeQueue: (name: string) => Queue, makeWorker: (name: string, processor: (job: Job) => Promise<void>, options: { concurrency: number }) => Worker }

function redisSource(jobOptions: JobOptions, producer: Redis, url: string, track: (connection: Redis) => void): Source {
  return {
    makeQueue: name => new Queue(name, { connection: producer, defaultJobOptions: jobOptions } as QueueOptions),
    makeWorker(name, processor, options) {
      // A worker blocks on its connection and must outlive an outage: its own one, which never gives up.
      const connection = new Redis(url, { maxRetriesPerRequest: null })
      connection.on('error', () => {})
      track(connection)
      return new Worker(name, processor, { ...lockSettings, ...options, connection } as WorkerOptions)
    },
  }
}

function postgresSource(jobOptions: JobOptions, databaseUrl: string): Source {
  const bound = withBackend(createPostgresBackend)
  const connection = { connectionString: databaseUrl, max: 2, migrate: true }
  return {
    makeQueue: name => new bound.Queue(name, { connection, defaultJobOptions: jobOptions }) as unknown as Queue,
    makeWorker: (name, processor, options) => new bound.Worker(name, processor, { ...lockSettings, ...options, connection }) as unknown as Worker,
  }
}

export function openQueues({ redisUrl, databaseUrl, patience = { attempts: 8, firstPauseMs: 500 } }: { redisUrl?: string, databaseUrl: string, patience?: Patience }): Queues {
  const jobOptions = jobOptionsOf(patience)
  const connections: Redis[] = []
  const producer = redisUrl
    ? new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 1_000, connectTimeout: 1_000, retryStrategy: attempt => Math.min(2_000, attempt * 100) })
    : null
  producer?.on('error', () => {})
  if (producer) connections.push(producer)
  const source = producer && redisUrl ? redisSource(jobOptions, producer, redisUrl, connection => connections.push(connection)) : postgresSource(jobOptions, databaseUrl)
  const opened: { close(): Promise<void> }[] = []

  return {
    backend: producer ? 'redis' : 'postgres',
    open(name) {
      const make = () => {
        const queue = source.makeQueue(name)
        queue.on('error', () => {})
        opened.push(queue)
        return queue
      }
      let queue = make()
      /** A queue that is there now. BullMQ waits without end for a broker that was never there, and never tries again when its first command was lost. */
      async function present(): Promise<Queue> {
        if (producer && producer.status !== 'ready') throw new Error(`the broker of ${name} is not there`)
        const asked = queue
        await asked.waitUntilReady().catch((error: unknown) => {
          if (queue === asked) queue = make()
          // A new one waits for its broker: here only when that is there, else the next call will find it.
          if (producer && producer.status !== 'ready') throw error
          return queue.waitUntilReady()
        })
        return queue
      }
      return {
        name,
        async add(jobs) {
          await (await present()).addBulk(jobs.map(({ id, data }) => ({ name, data, opts: { jobId: id } })))
        },
        counts: async () => (await present()).getJobCounts('waiting', 'active', 'delayed', 'failed'),
        close: () => queue.close(),
      }
    },
    work(name, process, { concurrency, onFailed }) {
      const worker = source.makeWorker(name, process, { concurrency })
      worker.on('error', () => {})
      worker.on('failed', onFailed)
      opened.push(worker)
      return { close: () => worker.close() }
    },
    async ping() {
      if (producer) await producer.ping()
    },
    onReady: callback => void producer?.on('ready', callback),
    async close() {
      await Promise.allSettled(opened.map(one => one.close()))
      for (const connection of connections) connection.disconnect()
    },
  }
}
