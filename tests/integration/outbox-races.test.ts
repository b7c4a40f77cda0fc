import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DomainEvent } from '../../server/platform/outbox/append-event.ts'
import { appendEvent } from '../../server/platform/outbox/append-event.ts'
import { consume } from '../../server/platform/outbox/subscriber.ts'
import { outbox } from '../../server/platform/outbox/tables.ts'
import { traceIdOf, writeInTrace } from '../../server/platform/telemetry/trace-context.ts'
import { fakeQueue } from '../harness/fake-queue.ts'
import { anEvent, dieAt, idleRelay, makeTally, publishedAgo, tallying } from '../harness/outbox.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'
import { consumeWithoutRecord } from '../naive/consume-without-record.ts'
import { commitThenPublish } from '../naive/publish-after-commit.ts'
import { recordBeforeEffect } from '../naive/record-before-effect.ts'

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
  await makeTally(own.database)
})
afterAll(() => own.drop())

const died = /^died at/
const outboxId = async (event: DomainEvent) => (await own.database.fresh(db => db.select({ id: outbox.id }).from(outbox).where(eq(outbox.eventId, event.id))))[0]!.id
/** Takes everything that other tests left out of a relay's way. */
const settleOutbox = () => own.database.fresh(db => db.update(outbox).set({ publishedAt: sql`now() - interval '8 days'` }))

describe('the relay', () => {
  test('when it dies after it has published and before it says so, then it publishes again, under an id that the queue has', async () => {
    await settleOutbox()
    const { subscriber, type } = tallying(own.database)
    const relay = idleRelay(own.database, [subscriber])
    const event = await anEvent(own.database, type)
    dieAt('events-published')
    await expect(relay.drain()).rejects.toThrow(died)
    expect(await relay.drain()).toBe(1)
    expect(await relay.drain()).toBe(0)
    const { calls, jobs } = relay.queues.get(subscriber)!
    const id = `ob-${await outboxId(event)}-${event.id.slice(0, 8)}`
    expect(calls).toEqual([[id], [id]])
    expect(jobs).toEqual([{ id, data: event }])
  })

  test('when two relays run at once, then each event is published, none twice, and each batch in the order of the events', async () => {
    await settleOutbox()
    const { subscriber, type } = tallying(own.database)
    const queue = fakeQueue()
    const relays = [0, 1].map(() => idleRelay(own.database, [subscriber], { queueOf: () => queue, batch: 4 }))
    const events: DomainEvent[] = []
    for (let n = 0; n < 30; n++) events.push(await anEvent(own.database, type, { n }))
    const counts = await Promise.all(relays.map(async (relay) => {
      let published = 0
      for (let taken = await relay.drain(); taken > 0; taken = await relay.drain()) published += taken
      return published
    }))
    expect(counts[0]! + counts[1]!).toBe(30)
    expect(queue.calls.flat()).toHaveLength(30)
    expect(queue.jobs.map(job => job.data.id).toSorted()).toEqual(events.map(event => event.id).toSorted())
    for (const call of queue.calls) expect(call).toEqual(call.toSorted((a, b) => Number.parseInt(a.slice(3)) - Number.parseInt(b.slice(3))))
  })

  test('when the queue has lost an event whose work outside the database was not done, then it is published again under a new id, after waits that double', async () => {
    await settleOutbox()
    const { subscriber, type, calls } = tallying(own.database)
    const relay = idleRelay(own.database, [subscriber])
    const event = await anEvent(own.database, type)
    const id = `ob-${await outboxId(event)}-${event.id.slice(0, 8)}`
    await relay.drain()
    dieAt('effect-committed')
    await expect(consume(own.database, subscriber, event)).rejects.toThrow(died)
    expect(calls).toEqual([])
    await publishedAgo(own.database, event, 59_000)
    expect(await relay.republishLost()).toBe(0)
    await publishedAgo(own.database, event, 61_000)
    expect(await relay.republishLost()).toBe(1)
    await publishedAgo(own.database, event, 119_000)
    expect(await relay.republishLost()).toBe(0)
    await publishedAgo(own.database, event, 121_000)
    expect(await relay.republishLost()).toBe(1)
    const { jobs } = relay.queues.get(subscriber)!
    expect(jobs.map(job => job.id)).toEqual([id, `${id}-r1`, `${id}-r2`])
    for (const job of jobs) await consume(own.database, subscriber, job.data)
    expect(calls).toEqual([event.id])
    await publishedAgo(own.database, event, 3_600_000)
    expect(await relay.republishLost()).toBe(0)
  })

  test('when one of two subscribers has not completed, then it alone is told again', async () => {
    await settleOutbox()
    const one = tallying(own.database)
    const other = tallying(own.database, { events: [one.type] })
    const relay = idleRelay(own.database, [one.subscriber, other.subscriber])
    const event = await anEvent(own.database, one.type)
    await relay.drain()
    await consume(own.database, one.subscriber, event)
    await publishedAgo(own.database, event, 61_000)
    await relay.republishLost()
    expect([one, other].map(({ subscriber }) => relay.queues.get(subscriber)!.jobs.length)).toEqual([1, 2])
  })
})

describe('a consumer', () => {
  test.each(['effect-applied', 'effect-committed', 'effect-completed'] as const)('when it dies at %s and the event comes again and again, then the effect is there once', async (point) => {
    const { subscriber, type, calls, effects } = tallying(own.database)
    const event = await anEvent(own.database, type)
    dieAt(point)
    await expect(consume(own.database, subscriber, event)).rejects.toThrow(died)
    for (let delivery = 0; delivery < 3; delivery++) await consume(own.database, subscriber, event)
    expect(await effects(event.id)).toBe(1)
    expect(calls).toEqual([event.id])
  })

  test('when it dies after its call outside and before it notes that, then the call comes again, under the key by which it is known', async () => {
    const { subscriber, type, calls, effects } = tallying(own.database)
    const event = await anEvent(own.database, type)
    const dying = { ...subscriber, after: async (one: DomainEvent) => {
      await subscriber.after!(one)
      throw new Error('died at once')
    } }
    await expect(consume(own.database, dying, event)).rejects.toThrow(died)
    for (let delivery = 0; delivery < 3; delivery++) await consume(own.database, subscriber, event)
    expect([await effects(event.id), calls]).toEqual([1, [event.id, event.id]])
  })

  test('when a subscriber has nothing to do outside any more, then what was left half done is complete with the next delivery', async () => {
    await settleOutbox()
    const { subscriber, type } = tallying(own.database)
    const { after: _, ...without } = subscriber
    const relay = idleRelay(own.database, [without])
    const event = await anEvent(own.database, type)
    await relay.drain()
    dieAt('effect-committed')
    await expect(consume(own.database, subscriber, event)).rejects.toThrow(died)
    await consume(own.database, without, event)
    await publishedAgo(own.database, event, 3_600_000)
    expect(await relay.republishLost()).toBe(0)
  })

  test('when eight have the same event at once, then the effect is there once', async () => {
    const { subscriber, type, effects } = tallying(own.database, { outside: false })
    const event = await anEvent(own.database, type)
    const first = await Promise.all(Array.from({ length: 8 }, () => consume(own.database, subscriber, event)))
    expect(first.filter(Boolean)).toHaveLength(1)
    expect(await effects(event.id)).toBe(1)
  })

  test('when what it does outside fails, then the next delivery does that alone', async () => {
    const { subscriber, type, effects } = tallying(own.database)
    const event = await anEvent(own.database, type)
    const after = subscriber.after!
    await expect(consume(own.database, { ...subscriber, after: async () => Promise.reject(new Error('the carrier is away')) }, event)).rejects.toThrow('the carrier is away')
    const outside: string[] = []
    expect(await consume(own.database, { ...subscriber, after: async one => void outside.push(one.id) }, event)).toBe(false)
    await consume(own.database, { ...subscriber, after }, event)
    expect([await effects(event.id), outside]).toEqual([1, [event.id]])
  })

  test('when it appends an event, then that continues the trace of the one it consumes', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const type = `traced.${crypto.randomUUID()}`
    await writeInTrace(own.database.write, traceparent)(tx => appendEvent(tx, { type, subject: 'first', payload: {} }))
    const [first] = await own.database.fresh(db => db.select().from(outbox).where(eq(outbox.type, type)))
    await consume(own.database, { name: `t-${type}`, events: [type], apply: tx => appendEvent(tx, { type, subject: 'second', payload: {} }) }, { id: first!.eventId, type, subject: 'first', payload: {}, traceparent: first!.traceparent! })
    const rows = await own.database.fresh(db => db.select().from(outbox).where(eq(outbox.type, type)).orderBy(outbox.id))
    expect(rows.map(row => [row.subject, traceIdOf(row.traceparent!)])).toEqual([['first', traceIdOf(traceparent)], ['second', traceIdOf(traceparent)]])
  })
})

describe('without the pattern', () => {
  test('when a change is committed and then published, then one that dies in between is heard of by nobody', async () => {
    const queue = fakeQueue()
    const { subscriber, type, effects } = tallying(own.database)
    const event: DomainEvent = { id: crypto.randomUUID(), type, subject: 'naive', payload: {} }
    dieAt('order-committed')
    await expect(commitThenPublish(own.database, queue, tx => subscriber.apply(tx, event), event)).rejects.toThrow(died)
    expect([await effects(event.id), queue.jobs.length]).toEqual([1, 0])
  })

  test('when a consumer keeps no record, then a second delivery is a second effect', async () => {
    const { subscriber, type, effects } = tallying(own.database)
    const event = await anEvent(own.database, type)
    dieAt('effect-committed')
    await expect(consumeWithoutRecord(own.database, subscriber, event)).rejects.toThrow(died)
    await consumeWithoutRecord(own.database, subscriber, event)
    expect(await effects(event.id)).toBe(2)
  })

  test('when a consumer records before it acts, then one that dies in between leaves no effect for ever', async () => {
    const { subscriber, type, effects } = tallying(own.database)
    const event = await anEvent(own.database, type)
    dieAt('effect-applied')
    await expect(recordBeforeEffect(own.database, subscriber, event)).rejects.toThrow(died)
    for (let delivery = 0; delivery < 3; delivery++) await recordBeforeEffect(own.database, subscriber, event)
    expect(await effects(event.id)).toBe(0)
  })
})
