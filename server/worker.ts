/**
 * The worker: relays the outbox, lets each subscriber consume its own queue, and sweeps. Any number may run; killed at any
 * moment, another continues.
 */
import { sweepStopped } from './fulfilment/index.ts'
import { gaugeShop, watchInvariants } from './operations/index.ts'
import { purgeEdges, startEdgePurge, sweepChanges } from './platform/cache/edge-purge.ts'
import { buryEvent } from './platform/outbox/dead-letters.ts'
import { isPermanent } from './platform/outbox/permanent-error.ts'
import { consume, type Delivery, type Subscriber } from './platform/outbox/subscriber.ts'
import { startRelay } from './platform/outbox/relay.ts'
import type { EventQueue, QueueJob } from './platform/queue/queues.ts'
import type { Invariant } from './platform/invariant.ts'
import type { Platform } from './platform/services.ts'
import { gaugeQueues } from './platform/telemetry/process-gauges.ts'
import { inSpan } from './platform/telemetry/spans.ts'
import { traceIdOf } from './platform/telemetry/trace-context.ts'
import { gaugeHolds } from './products/index.ts'
import { sweepAccounts } from './auth/index.ts'
import { gaugeOrders, reconcilePayments, type ReconcileDeps, resumePayments, sweepHolds, sweepKeys } from './orders/index.ts'

export interface RunningShopWorker {
  queues: readonly EventQueue[]
  stop(): Promise<void>
}

/** Starts the work of `subscribers` and the sweeps; `stop` finishes what is at hand. */
export function startWorker({ config, database, queues, listener, log, metrics }: Platform, { subscribers, settle, invariants, feedRecommendations, sweepUploads }: { subscribers: readonly Subscriber[], settle: ReconcileDeps, invariants: readonly Invariant[], feedRecommendations: (() => Promise<void>) | null, sweepUploads: () => Promise<unknown> }): RunningShopWorker {
  const open = new Map(subscribers.map(subscriber => [subscriber, queues.open(subscriber.name)]))
  const relay = startRelay({ database, subscribers, queueOf: subscriber => open.get(subscriber)!, log, lostAfterMs: config.outbox.lostAfterMs })
  const stopListening = listener.on('outbox', () => relay.wake())
  const edges = { database, urls: config.edgePurgeUrls }
  const stopPurging = startEdgePurge({ ...edges, listener, log })
  queues.onReady(() => relay.wake())
  gaugeQueues(metrics, [...open.values()])
  gaugeShop(metrics, database)
  gaugeOrders(metrics, database)
  gaugeHolds(metrics, database)

  const workers = subscribers.map((subscriber) => {
    const about = (job: QueueJob | undefined, error: Error) => ({ subscriber: subscriber.name, job: job?.id, attempts: job?.attemptsMade, traceId: traceIdOf((job?.data as Delivery | undefined)?.traceparent), error })
    return queues.work(subscriber.name, async (job) => {
      const event = job.data as Delivery
      const attributes = { 'messaging.system': 'bullmq', 'messaging.operation.name': 'process', 'messaging.destination.name': subscriber.name, 'messaging.message.id': event.id, 'job.attempt': job.attemptsMade + 1 }
      await inSpan(`process ${event.type} ${subscriber.name}`, { kind: 'consumer', parent: event.traceparent ?? null, attributes }, traceparent =>
        consume(database, subscriber, traceparent === undefined ? event : { ...event, traceparent }))
    }, {
      concurrency: 8,
      isPermanent,
      onFailed: (job, error) => log.warn('an effect failed', about(job, error)),
      async onGivenUp(job, error) {
        const event = job.data as Delivery
        await database.write(tx => buryEvent(tx, { event, subscriber: subscriber.name, error: error.message, attempts: job.attemptsMade }))
        log.error('an event became a dead letter', about(job, error))
      },
    })
  })

  const sweeps = [
    every(config.sweepEveryMs, 'holds', () => sweepHolds(settle)),
    every(config.sweepEveryMs, 'payments', () => resumePayments(settle, { olderThanS: config.paymentResumeAfterMs / 1_000, onError: (orderId, error) => log.warn('a payment could not be moved and will be tried again', { orderId, error }) })),
    every(180_000, 'payment books', async () => {
      const found = await reconcilePayments(settle, { onError: (intentId, error) => log.warn('a difference with the gateway could not be mended and will be tried again', { intentId, error }) })
      if (found.mended + found.flagged > 0) log.warn('our books and the gateway\'s differed', { ...found })
    }),
    every(config.invariantsEveryMs, 'invariants', () => watchInvariants({ database, log, invariants }), { now: true }),
    every(config.sweepEveryMs, 'stopped parcels', () => sweepStopped(database, { onError: (orderId, error) => log.warn('a cancellation could not be ended and will be tried again', { orderId, error }) })),
    every(60_000, 'accounts', () => sweepAccounts({ database })),
    every(600_000, 'idempotency keys', () => sweepKeys(settle)),
    every(3_600_000, 'uploads', sweepUploads),
    every(600_000, 'cache changes', () => sweepChanges(database)),
    ...(edges.urls.length > 0 ? [every(10_000, 'edges', () => purgeEdges(edges))] : []),
    ...(feedRecommendations ? [every(600_000, 'recommendations', feedRecommendations, { now: true })] : []),
  ]

  function every(periodMs: number, name: string, sweep: () => Promise<unknown>, { now = false } = {}) {
    let running: Promise<void> | null = null
    const run = () => {
      running ??= sweep().then(() => {}, error => log.warn('a sweep failed and will run again', { sweep: name, error })).finally(() => {
        running = null
      })
    }
    const timer = setInterval(run, periodMs)
    if (now) run()
    return async () => {
      clearInterval(timer)
      await running
    }
  }

  return {
    queues: [...open.values()],
    async stop() {
      stopListening()
      stopPurging()
      await Promise.all(sweeps.map(stop => stop()))
      await relay.stop()
      await Promise.all(workers.map(worker => worker.close()))
    },
  }
}
