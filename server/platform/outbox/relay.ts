/**
 * Moves events from the outbox to the queues.
 *
 * Prevents: an event lost because the process died between commit and publish (the dual write).
 * Guarantees: every committed event is published at least once, in order of id within a batch; several relays may
 * run, since each locks the rows that it takes and skips the others'. A crash between publish and mark publishes
 * again under the same job id. Events whose effects are not complete long after publication are published once more,
 * after a wait that doubles: a queue may lose its last second, or all of it.
 *
 * @pattern outbox
 */
import type { Database } from '../db/database.ts'
import { racePoint } from '../race-points.ts'
import type { EventQueue } from '../queue/queues.ts'
import type { Log } from '../telemetry/log.ts'
import { activeTracer } from '../telemetry/spans.ts'
import type { DomainEvent } from './append-event.ts'
import { listLost, listReplays, listUnpublished, markPublished, type OutboxRow, type ReplayRow } from './relay-queries.ts'
import type { Delivery, Subscriber } from './subscriber.ts'

export interface RelaySettings {
  database: Pick<Database, 'write'>
  subscribers: readonly Subscriber[]
  queueOf: (subscriber: Subscriber) => Pick<EventQueue, 'add'>
  log: Log
  batch?: number
  pollMs?: number
  /** How long the first publication may take to have its effects. */
  lostAfterMs?: number
}

export interface Relay {
  /** Publishes what is waiting; answers how many events. */
  drain(): Promise<number>
  /** Publishes again what has not had all of its effects; answers how many events. */
  republishLost(): Promise<number>
  /** Publishes the dead letters that somebody sent back; answers how many. */
  drainReplays(): Promise<number>
  /** Says that there may be something to do. */
  wake(): void
  stop(): Promise<void>
}

const eventOf = ({ event_id, type, subject, payload, traceparent }: OutboxRow | ReplayRow): DomainEvent => ({ id: event_id, type, subject, payload, traceparent: traceparent ?? undefined })

// A queue does not take an id again that it has, so a publication after a loss must not look like the one that is stuck; nor
// may an event look like another, whose number a promoted standby gave out a second time because it had never got the first.
const jobId = ({ id, event_id, publications }: OutboxRow) => `ob-${id}-${event_id.slice(0, 8)}${publications === 0 ? '' : `-r${publications}`}`
const replayId = ({ id, replays, losses }: ReplayRow) => `dl-${id}-${replays}${losses > 0 ? `-r${losses}` : ''}`

/** A batch is of many requests: each event's publication is a span in the trace of its own, which its jobs continue. */
async function published(events: DomainEvent[], publish: (events: DomainEvent[]) => Promise<void>): Promise<void> {
  const tracer = activeTracer()
  if (!tracer) return publish(events)
  const traced = events.map((event) => {
    const span = event.traceparent === undefined ? null : tracer.start(`publish ${event.type}`, { kind: 'producer', parent: event.traceparent, attributes: { 'messaging.system': 'bullmq', 'messaging.operation.name': 'publish', 'messaging.message.id': event.id } })
    return { span, event: span ? { ...event, traceparent: span.traceparent } : event }
  })
  let failure: { error: unknown } | undefined
  try {
    await publish(traced.map(({ event }) => event))
  }
  catch (error) {
    failure = { error }
    throw error
  }
  finally {
    for (const { span } of traced) span?.end(failure)
  }
}

export function startRelay({ database, subscribers, queueOf, log, batch = 200, pollMs = 1_000, lostAfterMs = 60_000 }: RelaySettings): Relay {
  let stopped = false
  let wanted = false
  let running: Promise<void> | null = null
  let failures = 0
  let replayed = new Set<string>()

  async function publish(rows: OutboxRow[], wants: (subscriber: Subscriber, row: OutboxRow) => boolean) {
    await published(rows.map(eventOf), async (events) => {
      await Promise.all(subscribers.map(async (subscriber) => {
        const jobs = rows.map((row, place) => ({ row, id: jobId(row), data: events[place]! })).filter(({ row }) => wants(subscriber, row)).map(({ id, data }) => ({ id, data }))
        if (jobs.length > 0) await queueOf(subscriber).add(jobs)
      }))
    })
  }

  async function drain(): Promise<number> {
    const { result } = await database.write(async (tx) => {
      const rows = await listUnpublished(tx, batch)
      if (rows.length === 0) return 0
      await publish(rows, (subscriber, row) => subscriber.events.includes(row.type))
      await racePoint('events-published')
      await markPublished(tx, rows)
      return rows.length
    })
    return result
  }

  async function republishLost(): Promise<number> {
    const expected = subscribers.flatMap(subscriber => subscriber.events.map(type => ({ type, effect: subscriber.name })))
    const { result } = await database.write(async (tx) => {
      const rows = await listLost(tx, { expected, lostAfterMs, limit: batch })
      if (rows.length === 0) return 0
      await publish(rows, (subscriber, row) => row.missing!.includes(subscriber.name))
      await markPublished(tx, rows)
      return rows.length
    })
    return result
  }

  async function drainReplays(): Promise<number> {
    const { result: rows } = await database.write(async (tx) => {
      const open = await listReplays(tx, { lostAfterMs, limit: 1_000 })
      const fresh = open.filter(row => !replayed.has(replayId(row)))
      for (const subscriber of subscribers) {
        const jobs = fresh.filter(row => row.subscriber === subscriber.name).map(row => ({ id: replayId(row), data: { ...eventOf(row), replay: row.replays } satisfies Delivery }))
        if (jobs.length > 0) await queueOf(subscriber).add(jobs)
      }
      replayed = new Set(open.map(replayId))
      return fresh
    })
    return rows.length
  }

  async function run() {
    while (wanted && !stopped) {
      wanted = false
      try {
        while (await drain() === batch && !stopped);
        await drainReplays()
        failures = 0
      }
      catch (error) {
        failures += 1
        if (failures === 1 || failures % 30 === 0) log.warn('the outbox cannot be relayed now; its events are kept', { error, failures })
      }
    }
  }

  function wake() {
    if (stopped) return
    wanted = true
    running ??= run().finally(() => {
      running = null
    })
  }

  const poll = setInterval(wake, pollMs)
  const sweep = setInterval(() => void republishLost().catch(() => 0), lostAfterMs / 2)
  wake()
  return {
    drain,
    republishLost,
    drainReplays,
    wake,
    async stop() {
      stopped = true
      clearInterval(poll)
      clearInterval(sweep)
      await running
    },
  }
}
