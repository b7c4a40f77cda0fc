import type { Database } from '../db/database.ts'
import type { EventQueue } from '../queue/queues.ts'
import type { LoadShedder } from '../resilience/load-shedder.ts'
import { outboundStates } from '../resilience/outbound.ts'
import type { Labels, Metrics } from './metrics.ts'

/** What this process holds and sees: its connections, the replica, and the services that it calls. */
export function gaugeProcess(metrics: Metrics, { pools, replicaState }: Pick<Database, 'pools' | 'replicaState'>): void {
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

/** The jobs of each queue by state; one that the broker does not tell is left out. */
export function gaugeQueues(metrics: Metrics, queues: readonly Pick<EventQueue, 'name' | 'counts'>[]): void {
  metrics.gauge('queue_jobs', 'Jobs of each subscriber\'s queue by state.', ['queue', 'state'], async () =>
    (await Promise.all(queues.map(async ({ name, counts }) => Object.entries(await counts()).map(([state, value]) => ({ labels: { queue: name, state }, value }))))).flat())
}

/** What the process works at by priority, and how much it admits. Answers what counts a refusal. */
export function gaugeLoad(metrics: Metrics, shedder: Pick<LoadShedder, 'state'>): (labels: Labels) => void {
  metrics.gauge('requests_in_flight', 'Requests that are being answered, by priority.', ['priority'], () =>
    Object.entries(shedder.state().inFlight).map(([priority, value]) => ({ labels: { priority }, value })))
  metrics.gauge('requests_limit', 'Requests other than buying that may be in flight; it shrinks under load.', [], () => [{ value: shedder.state().limit }])
  return metrics.counter('requests_shed_total', 'Requests that were refused for load, by priority.', ['priority'])
}
