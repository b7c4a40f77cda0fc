/**
 * Moves events from the outbox to the queues.
 *
 * Prevents: an event lost because the process died between commit and publish (the dual write).
 * Guarantees: every committed event is published at least once, in order of id within a batch; several relays may
 * run, since each locks the rows that it takes and skips the others'. A crash between publish and mark publishes
 * again under the same job id. Events whose effects are missing long after publication are published once more:
 * a queue may lose its last second, or all of it.
 *
 * @pattern outbox
 */
import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/connect.ts'
import type { Database } from '../db/database.ts'
import { racePoint } from '../race-points.ts'
import type { EventQueue } from '../queue/queues.ts'
import type { Log } from '../telemetry/log.ts'
import type { DomainEvent } from './append-event.ts'
import type { Subscriber } from './subscriber.ts'

export interface RelaySettings {
  database: Pick<Database, 'write'>
  subscribers: readonly Subscriber[]
  queueOf: (subscriber: Subscriber) => Pick<EventQueue, 'add'>
  log: Log
  batch?: number
  pollMs?: number
  lostAfterMs?: number
}

export interface Relay {
  /** Publishes what is waiting; answers how many events. */
  drain(): Promise<number>
  /** Publishes again what has not had all of its effects; answers how many events. */
  republishLost(): Promise<number>
  /** Says that there may be something to do. */
  wake(): void
  stop(): Promise<void>
}

type Row = { id: string, event_id: string, type: string, subject: string, payload: Record<string, unknown>, traceparent: string | null, missing?: string[] }

function eventOf(row: Row): DomainEvent {
  return { id: row.event_id, type: row.type, subject: row.subject, payload: row.payload, traceparent: row.traceparent ?? undefined }
}

export function startRelay({ database, subscribers, queueOf, log, batch = 200, pollMs = 1_000, lostAfterMs = 60_000 }: RelaySettings): Relay {
  let stopped = false
  let wanted = false
  let running: Promise<void> | null = null
  let failures = 0

  async function publish(rows: Row[], wants: (subscriber: Subscriber, row: Row) => boolean) {
    await Promise.all(subscribers.map(async (subscriber) => {
      const jobs = rows.filter(row => wants(subscriber, row)).map(row => ({ id: `ob-${row.id}`, data: eventOf(row) }))
      if (jobs.length > 0) await queueOf(subscriber).add(jobs)
    }))
  }

  const mark = (tx: Transaction, rows: Row[]) => tx.execute(sql`
    update outbox set published_at = clock_timestamp(), publications = publications + 1
    where id = any(${sql.param(rows.map(row => row.id))}::bigint[])`)

  async function drain(): Promise<number> {
    const { result } = await database.write(async (tx) => {
      const { rows } = await tx.execute<Row>(sql`
        select id::text, event_id, type, subject, payload, traceparent from outbox
        where published_at is null order by id limit ${batch} for update skip locked`)
      if (rows.length === 0) return 0
      await publish(rows, (subscriber, row) => subscriber.events.includes(row.type))
      await racePoint('events-published')
      await mark(tx, rows)
      return rows.length
    })
    return result
  }

  async function republishLost(): Promise<number> {
    const expected = subscribers.flatMap(subscriber => subscriber.events.map(type => ({ type, effect: subscriber.name })))
    const { result } = await database.write(async (tx) => {
      const { rows } = await tx.execute<Row>(sql`
        with expected as (select * from jsonb_to_recordset(${JSON.stringify(expected)}::jsonb) as e(type text, effect text))
        select o.id::text, o.event_id, o.type, o.subject, o.payload, o.traceparent, missing.effects as missing
        from outbox o
        cross join lateral (
          select array_agg(expected.effect) as effects from expected
          where expected.type = o.type
            and not exists (select 1 from effects f where f.event_id = o.event_id and f.effect = expected.effect)
        ) missing
        where o.published_at between now() - interval '7 days' and now() - ${`${lostAfterMs} milliseconds`}::interval
          and o.created_at > now() - interval '7 days' and missing.effects is not null
        order by o.id limit ${batch} for update of o skip locked`)
      if (rows.length === 0) return 0
      await publish(rows, (subscriber, row) => row.missing!.includes(subscriber.name))
      await mark(tx, rows)
      return rows.length
    })
    return result
  }

  async function run() {
    while (wanted && !stopped) {
      wanted = false
      try {
        while (await drain() === batch && !stopped);
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
    wake,
    async stop() {
      stopped = true
      clearInterval(poll)
      clearInterval(sweep)
      await running
    },
  }
}
