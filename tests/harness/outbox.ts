import { eq, sql } from 'drizzle-orm'
import { onTestFinished } from 'vitest'
import type { Database } from '../../server/platform/db/database.ts'
import { appendEvent, type DomainEvent } from '../../server/platform/outbox/append-event.ts'
import { type Relay, type RelaySettings, startRelay } from '../../server/platform/outbox/relay.ts'
import { consume, type Delivery, type Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { outbox } from '../../server/platform/outbox/tables.ts'
import { atRacePoint, type RacePoint } from '../../server/platform/race-points.ts'
import { createLog } from '../../server/platform/telemetry/log.ts'
import { type FakeQueue, fakeQueue } from './fake-queue.ts'

/** Commits one event; answers it as a queue would carry it. */
export async function anEvent(database: Database, type: string, payload: Record<string, unknown> = {}): Promise<DomainEvent> {
  const subject = crypto.randomUUID()
  await database.write(tx => appendEvent(tx, { type, subject, payload }))
  const [row] = await database.fresh(db => db.select().from(outbox).where(eq(outbox.subject, subject)))
  return { id: row!.eventId, type, subject, payload }
}

/** Commits an event that was published long ago, and lets it take its effect; with an id that is known already, once more. */
export async function happen(database: Database, subscriber: Subscriber, { id = crypto.randomUUID(), ...event }: Omit<DomainEvent, 'id'> & { id?: string }): Promise<boolean> {
  await database.fresh(db => db.insert(outbox).values({ ...event, eventId: id, createdAt: sql`now() - interval '8 days'`, publishedAt: sql`now() - interval '8 days'` }).onConflictDoNothing())
  return consume(database, subscriber, { id, ...event })
}

/** A relay that does nothing by itself, and a queue for each subscriber. */
export function idleRelay(database: Database, subscribers: Subscriber[], settings: Partial<RelaySettings> = {}): Relay & { queues: Map<Subscriber, FakeQueue> } {
  const queues = new Map(subscribers.map(subscriber => [subscriber, fakeQueue()]))
  const asleep = { ...database, write: async () => ({ result: [] as never, lsn: '0/0' }) }
  let awake = false
  const relay = startRelay({
    database: { write: work => (awake ? database : asleep).write(work) },
    subscribers,
    queueOf: subscriber => queues.get(subscriber)!,
    log: createLog('silent'),
    pollMs: 3_600_000,
    ...settings,
    lostAfterMs: settings.lostAfterMs ?? 60_000,
  })
  awake = true
  onTestFinished(() => relay.stop())
  return { ...relay, queues }
}

/** A moment at which the process dies, as far as anybody can tell: once. */
export function dieAt(point: RacePoint): void {
  const forget = atRacePoint(point, async () => {
    forget()
    throw new Error(`died at ${point}`)
  })
  onTestFinished(forget)
}

/** A subscriber whose effect is a row, and which notes each call outside the database. */
export function tallying(database: Database, { outside = true, events = [`tallied.${crypto.randomUUID()}`] } = {}) {
  const name = `tally-${crypto.randomUUID()}`
  const calls: string[] = []
  const subscriber: Subscriber = {
    name,
    events,
    async apply(tx, event) {
      await tx.execute(sql`insert into tally (effect, event_id) values (${name}, ${event.id})`)
    },
    ...(outside && { after: async (event: Delivery) => void calls.push(event.id) }),
  }
  return {
    subscriber,
    type: events[0]!,
    /** Calls outside the database, by the key that they carry. */
    calls,
    async effects(eventId: string): Promise<number> {
      const { rows } = await database.fresh(db => db.execute<{ count: number }>(sql`select count(*)::int as count from tally where effect = ${name} and event_id = ${eventId}`))
      return rows[0]!.count
    },
  }
}

/** The table of `tallying`: it counts, so that a second effect shows. */
export const makeTally = (database: Database) => database.fresh(db => db.execute(sql`create table if not exists tally (effect text not null, event_id uuid not null)`))

/** Lets the event's last publication be this many milliseconds ago. */
export const publishedAgo = (database: Database, event: DomainEvent, ms: number) => database.fresh(db => db.update(outbox).set({ publishedAt: sql`clock_timestamp() - ${`${ms} milliseconds`}::interval` }).where(eq(outbox.eventId, event.id)))
