import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import type { EventQueue } from '../queue/queues.ts'
import type { LoadShedder } from '../resilience/load-shedder.ts'
import { outboundStates } from '../resilience/outbound.ts'
import type { Labels, Metrics } from './metrics.ts'

/** What this process holds and sees: its connections, the databases, and the services that it calls. */
export function gaugeProcess(metrics: Metrics, { pools, replicaState, fresh }: Pick<Database, 'pools' | 'replicaState' | 'fresh'>): void {
  metrics.gauge('pg_primary_up', 'Whether the primary answers this process.', [], async () => [{ value: await answers(() => fresh(db => db.execute(sql`select 1`))) }])
  metrics.gauge('pg_pool_connections', 'Connections to Postgres and queries that wait for one.', ['role', 'state'], () =>
    Object.entries(pools).flatMap(([role, pool]) => pool
      ? [
          { labels: { role, state: 'total' }, value: pool.totalCount },
          { labels: { role, state: 'idle' }, value: pool.idleCount },
          { labels: { role, state: 'waiting' }, value: pool.waitingCount },
        ]
      : []))
  metrics.gauge('replica_usable', 'Whether the replica is in rotation.', [], () => {
    const state = replicaState()
    return state ? [{ value: state.usable ? 1 : 0 }] : []
  })
  metrics.gauge('replica_lag_seconds', 'How far the replica was behind when it last answered.', [], () => {
    const state = replicaState()
    return state ? [{ value: state.lagMs / 1_000 }] : []
  })
  metrics.gauge('outbound_breaker', 'The breaker of each outside service: 1 for the state that it is in.', ['outbound', 'state'], () =>
    outboundStates().flatMap(({ name, state: now }) => (['closed', 'half-open', 'open'] as const).map(state => ({ labels: { outbound: name, state }, value: state === now ? 1 : 0 }))))
}

/** Asked at the scrape: one that hangs is not there either. */
const answers = async (ask: () => Promise<unknown>): Promise<0 | 1> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), 1_500)
  })
  return Promise.race([ask(), late]).then(() => 1 as const, () => 0 as const).finally(() => clearTimeout(timer))
}

/** Whether each Redis that this process was told of answers. */
export function gaugeRedis(metrics: Metrics, pings: Readonly<Record<'cache' | 'queue', (() => Promise<unknown>) | null>>): void {
  metrics.gauge('redis_up', 'Whether Redis answers this process.', ['redis'], () =>
    Promise.all(Object.entries(pings).flatMap(([redis, ping]) => (ping ? [answers(ping).then(value => ({ labels: { redis }, value }))] : []))))
}

/** The jobs of each queue by state; one that the broker does not tell is left out. */
export function gaugeQueues(metrics: Metrics, queues: readonly Pick<EventQueue, 'name' | 'counts' | 'oldestMs'>[]): void {
  metrics.gauge('queue_jobs', 'Jobs of each subscriber\'s queue by state.', ['queue', 'state'], async () =>
    (await Promise.all(queues.map(async ({ name, counts }) => Object.entries(await counts()).map(([state, value]) => ({ labels: { queue: name, state }, value }))))).flat())
  metrics.gauge('queue_oldest_job_seconds', 'How long the oldest job of each queue has waited: for a worker, or delayed after a failure.', ['queue', 'state'], async () =>
    (await Promise.all(queues.map(async ({ name, oldestMs }) => Object.entries(await oldestMs()).map(([state, ms]) => ({ labels: { queue: name, state }, value: ms / 1_000 }))))).flat())
}

/** What the process works at by priority, and how much it admits. Answers what counts a refusal. */
export function gaugeLoad(metrics: Metrics, shedder: Pick<LoadShedder, 'state'>): (labels: Labels) => void {
  metrics.gauge('requests_in_flight', 'Requests that are being answered, by priority.', ['priority'], () =>
    Object.entries(shedder.state().inFlight).map(([priority, value]) => ({ labels: { priority }, value })))
  metrics.gauge('requests_limit', 'Requests other than buying that may be in flight; it shrinks under load.', [], () => [{ value: shedder.state().limit }])
  return metrics.counter('requests_shed_total', 'Requests that were refused for load, by priority.', ['priority'])
}
