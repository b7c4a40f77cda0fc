/**
 * BullMQ on Redis, or on Postgres where a bare machine has no Redis; the rest of the code does not know which. On Postgres
 * its jobs are on the primary, so all of it begins anew where that is now.
 */
import { createPostgresBackend, Queue, UnrecoverableError, withBackend, Worker, type Job, type QueueOptions, type WorkerOptions } from 'bullmq'
import { Redis } from 'ioredis'
import type { PrimaryAddress } from '../db/following.ts'
import { type Patience, pauseMs } from './patience.ts'

export interface QueueJob { id?: string, attemptsMade: number, data: unknown }

export interface EventQueue {
  name: string
  /** Adds jobs; an id that the queue already has is not added again. */
  add(jobs: { id: string, data: unknown }[]): Promise<void>
  counts(): Promise<Record<string, number>>
  /** How long the oldest job has been there, in ms: of those that wait for a worker, and of those that wait for their next try; 0 where there is none. */
  oldestMs(): Promise<{ waiting: number, delayed: number }>
  close(): Promise<void>
}

export interface RunningWorker { close(): Promise<void> }

export interface WorkOptions {
  concurrency: number
  /** Told of each failed attempt. */
  onFailed: (job: QueueJob | undefined, error: Error) => void
  /** True for an error that no further attempt can mend. */
  isPermanent?: (error: unknown) => boolean
  /** Keeps a job whose attempts are used up, before the queue lets it go; when that fails, the queue's own record is all there is. */
  onGivenUp?: (job: QueueJob, error: Error) => Promise<void>
}

export interface Queues {
  backend: 'redis' | 'postgres'
  open(name: string): EventQueue
  work(name: string, process: (job: QueueJob) => Promise<void>, options: WorkOptions): RunningWorker
  /** Resolves when the broker answers. */
  ping(): Promise<void>
  /** Called when the broker has come back, so that waiting work need not wait for a poll. */
  onReady(callback: () => void): void
  close(): Promise<void>
}

const jobOptionsOf = ({ attempts }: Patience) => ({
  attempts,
  backoff: { type: 'capped' },
  removeOnComplete: { age: 3_600, count: 5_000 },
  removeOnFail: { age: 86_400, count: 1_000 },
})

// Must be the same on every worker of a queue, or one declares another's jobs stalled.
const lockSettings = (lockMs: number) => ({ lockDuration: lockMs, stalledInterval: lockMs / 2, maxStalledCount: 5 })

const workerSettings = (patience: Patience, lockMs: number) => ({ ...lockSettings(lockMs), settings: { backoffStrategy: (attempt: number) => pauseMs(patience, attempt) } })

interface Source { makeQueue: (name: string) => Queue, makeWorker: (name: string, processor: (job: Job) => Promise<void>, options: { concurrency: number }) => Worker }

function redisSource(patience: Patience, lockMs: number, producer: Redis, url: string, track: (connection: Redis) => void): Source {
  const jobOptions = jobOptionsOf(patience)
  const settings = workerSettings(patience, lockMs)
  return {
    makeQueue: name => new Queue(name, { connection: producer, defaultJobOptions: jobOptions } as QueueOptions),
    makeWorker(name, processor, options) {
      // A worker blocks on its connection and must outlive an outage: its own one, which never gives up.
      const connection = new Redis(url, { maxRetriesPerRequest: null })
      connection.on('error', () => {})
      track(connection)
      return new Worker(name, processor, { ...settings, ...options, connection } as WorkerOptions)
    },
  }
}

function postgresSource(patience: Patience, lockMs: number, primary: Pick<PrimaryAddress, 'url'>): Source {
  const jobOptions = jobOptionsOf(patience)
  const settings = workerSettings(patience, lockMs)
  const bound = withBackend(createPostgresBackend)
  const connection = () => ({ connectionString: primary.url(), max: 2, migrate: true })
  return {
    makeQueue: name => new bound.Queue(name, { connection: connection(), defaultJobOptions: jobOptions }) as unknown as Queue,
    makeWorker: (name, processor, options) => new bound.Worker(name, processor, { ...settings, ...options, connection: connection() }) as unknown as Worker,
  }
}

/** A failure that is the last one is kept by `onGivenUp` before the queue hears of it, so that a crash in between repeats and loses nothing. */
function processorOf(process: (job: QueueJob) => Promise<void>, { isPermanent, onGivenUp }: WorkOptions) {
  return async (job: Job) => {
    try {
      await process(job)
    }
    catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error))
      const permanent = isPermanent?.(error) ?? false
      if (!permanent && job.attemptsMade + 1 < job.opts.attempts!) throw failure
      await onGivenUp?.({ id: job.id, attemptsMade: job.attemptsMade + 1, data: job.data }, failure)
      throw permanent ? Object.assign(new UnrecoverableError(failure.message), { cause: failure }) : failure
    }
  }
}

interface QueueSettings {
  redisUrl?: string
  primary: Pick<PrimaryAddress, 'url' | 'onChange'>
  patience: Patience
  /** How long a job stays with a worker that is no longer heard of; another takes it up to half of that later. */
  lockMs?: number
}

export function openQueues({ redisUrl, primary, patience, lockMs = 10_000 }: QueueSettings): Queues {
  const connections: Redis[] = []
  const producer = redisUrl
    ? new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 1_000, connectTimeout: 1_000, retryStrategy: attempt => Math.min(2_000, attempt * 100) })
    : null
  producer?.on('error', () => {})
  if (producer) connections.push(producer)
  const source = producer && redisUrl ? redisSource(patience, lockMs, producer, redisUrl, connection => connections.push(connection)) : postgresSource(patience, lockMs, primary)
  const opened = new Set<Queue | Worker>()
  const moves = new Set<() => void>()
  const stopFollowing = producer ? () => {} : primary.onChange(() => moves.forEach(move => move()))
  /** Whoever still waits for the old primary may wait long. */
  const forget = (old: Queue | Worker, closing: Promise<void>) => {
    opened.delete(old)
    closing.catch(() => {})
  }

  return {
    backend: producer ? 'redis' : 'postgres',
    open(name) {
      const make = () => {
        const queue = source.makeQueue(name)
        queue.on('error', () => {})
        opened.add(queue)
        return queue
      }
      let queue = make()
      moves.add(() => {
        const old = queue
        queue = make()
        forget(old, old.close())
      })
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
        async oldestMs() {
          const here = await present()
          // Both ends of the list: Postgres counts from the newest, whatever it is told. Of those that were put off, the first few tell enough.
          const end = Math.max(0, await here.getWaitingCount() - 1)
          const [first, last, delayed] = await Promise.all([here.getJobs('waiting', 0, 0, true), here.getJobs('waiting', end, end, true), here.getJobs('delayed', 0, 19, true)])
          const ageMs = (jobs: (Job | undefined)[]) => Math.max(0, ...jobs.map(job => (job ? Date.now() - job.timestamp : 0)))
          return { waiting: ageMs([...first, ...last]), delayed: ageMs(delayed) }
        },
        close: () => queue.close(),
      }
    },
    work(name, process, options) {
      const make = () => {
        const worker = source.makeWorker(name, processorOf(process, options), { concurrency: options.concurrency })
        worker.on('error', () => {})
        worker.on('failed', (job, error) => {
          options.onFailed(job, error)
          // One that took its worker down again and again is failed by the queue, without a run.
          if (job?.deferredFailure) void options.onGivenUp?.(job, error).catch(() => {})
        })
        opened.add(worker)
        return worker
      }
      let worker = make()
      const move = () => {
        const old = worker
        worker = make()
        forget(old, old.close(true))
      }
      moves.add(move)
      return {
        close() {
          moves.delete(move)
          return worker.close()
        },
      }
    },
    async ping() {
      if (producer) await producer.ping()
    },
    onReady: callback => void producer?.on('ready', callback),
    async close() {
      stopFollowing()
      await Promise.allSettled([...opened].map(one => one.close()))
      for (const connection of connections) connection.disconnect()
    },
  }
}
