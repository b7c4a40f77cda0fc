import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { DomainEvent } from '../../server/platform/outbox/append-event.ts'
import { buryEvent, type DeadLetter, discardDeadLetter, mendDeadLetter, replayDeadLetter } from '../../server/platform/outbox/dead-letters.ts'
import { isPermanent, PermanentError } from '../../server/platform/outbox/permanent-error.ts'
import { consume, type Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { deadLetters, outbox } from '../../server/platform/outbox/tables.ts'
import { anEvent, dieAt, idleRelay, makeTally, publishedAgo, tallying } from '../harness/outbox.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
  await makeTally(own.database)
})
afterAll(() => own.drop())

const admin = crypto.randomUUID()
const write = async <T>(work: Parameters<typeof own.database.write<T>>[0]) => (await own.database.write(work)).result
const letterOf = async (event: DomainEvent): Promise<DeadLetter | undefined> => (await own.database.fresh(db => db.select().from(deadLetters).where(eq(deadLetters.eventId, event.id))))[0]
const bury = (event: DomainEvent, subscriber: Subscriber, error = 'broken') => write(tx => buryEvent(tx, { event, subscriber: subscriber.name, error, attempts: 3 }))

/** A subscriber that reads its payload, an event that it cannot read, and the letter that became of it. */
async function aLetter({ outside = true } = {}) {
  const tally = tallying(own.database, { outside })
  const seen: unknown[] = []
  const reads = z.object({ quantity: z.number() })
  const subscriber: Subscriber = {
    ...tally.subscriber,
    async apply(tx, event) {
      seen.push(reads.parse(event.payload).quantity)
      await tally.subscriber.apply(tx, event)
    },
  }
  const relay = idleRelay(own.database, [subscriber])
  await own.database.fresh(db => db.update(outbox).set({ publishedAt: sql`now() - interval '8 days'` }))
  const event = await anEvent(own.database, tally.type, { quantity: 'two' })
  await relay.drain()
  const error: unknown = await consume(own.database, subscriber, event).catch((one: unknown) => one)
  expect(isPermanent(error)).toBe(true)
  await bury(event, subscriber, (error as Error).message)
  const letter = (await letterOf(event))!
  const { jobs, flush } = relay.queues.get(subscriber)!
  return { tally, seen, subscriber, relay, event, letter, jobs, flush, replay: () => write(tx => replayDeadLetter(tx, letter.id, admin)), mend: () => write(tx => mendDeadLetter(tx, letter.id, { quantity: 2 })) }
}

describe('an error', () => {
  test.each([
    [new PermanentError('550 no such user'), true],
    [z.object({ a: z.string() }).safeParse({}).error, true],
    [new Error('the carrier is away'), false],
    [new TypeError('undefined is not a function'), false],
  ])('%s is permanent: %s', (error, permanent) => expect(isPermanent(error)).toBe(permanent))
})

describe('a dead letter', () => {
  test('says which event failed where, why, how often, and in which trace', async () => {
    const { event, letter, subscriber } = await aLetter()
    expect(letter).toMatchObject({ eventId: event.id, subscriber: subscriber.name, type: event.type, payload: { quantity: 'two' }, attempts: 3, status: 'waiting', replays: 0 })
    expect(letter.error).toContain('quantity')
  })

  test('when it waits, then neither the relay publishes its event again, nor a late delivery has an effect', async () => {
    const { event, relay, jobs, subscriber, tally } = await aLetter()
    await publishedAgo(own.database, event, 3_600_000)
    expect(await relay.republishLost()).toBe(0)
    expect(jobs).toHaveLength(1)
    expect(await consume(own.database, subscriber, { ...event, payload: { quantity: 7 } })).toBe(false)
    expect([await tally.effects(event.id), tally.calls]).toEqual([0, []])
  })

  test('when it is mended and replayed, then the mended payload takes effect once, and the letter is resolved', async () => {
    const { event, relay, jobs, subscriber, tally, seen, mend, replay, letter } = await aLetter()
    expect((await mend())!.payload).toEqual({ quantity: 2 })
    expect((await replay())!.status).toBe('replaying')
    expect(await replay()).toBeUndefined()
    expect([await relay.drainReplays(), await relay.drainReplays()]).toEqual([1, 0])
    expect(jobs.at(-1)).toEqual({ id: `dl-${letter.id}-1`, data: { ...event, payload: { quantity: 2 }, replay: 1 } })
    for (let delivery = 0; delivery < 3; delivery++) await consume(own.database, subscriber, jobs.at(-1)!.data)
    expect([await tally.effects(event.id), tally.calls, seen]).toEqual([1, [event.id], [2]])
    expect((await letterOf(event))!.status).toBe('resolved')
    await bury(event, subscriber, 'a worker that was frozen comes late')
    expect((await letterOf(event))!.status).toBe('resolved')
  })

  test.each(['effect-applied', 'effect-committed', 'effect-completed'] as const)('when the replay dies at %s and is delivered again, then the effect is there once, and the letter is resolved', async (point) => {
    const { event, relay, jobs, subscriber, tally, mend, replay } = await aLetter()
    await mend()
    await replay()
    await relay.drainReplays()
    dieAt(point)
    await expect(consume(own.database, subscriber, jobs.at(-1)!.data)).rejects.toThrow(/^died at/)
    expect((await letterOf(event))!.status).toBe(point === 'effect-completed' ? 'resolved' : 'replaying')
    await consume(own.database, subscriber, jobs.at(-1)!.data)
    expect([await tally.effects(event.id), (await letterOf(event))!.status]).toEqual([1, 'resolved'])
  })

  test('when its subscriber does nothing outside the database, then it is resolved with the effect', async () => {
    const { event, relay, jobs, subscriber, tally, mend, replay } = await aLetter({ outside: false })
    await mend()
    await replay()
    await relay.drainReplays()
    await consume(own.database, subscriber, jobs.at(-1)!.data)
    expect([await tally.effects(event.id), (await letterOf(event))!.status]).toEqual([1, 'resolved'])
  })

  test('when the replay fails as well, then it waits again with the new reason, and a late copy of that replay does nothing', async () => {
    const { event, relay, jobs, subscriber, tally, mend, replay, letter } = await aLetter()
    await replay()
    await relay.drainReplays()
    const first = jobs.at(-1)!.data
    await expect(consume(own.database, subscriber, first)).rejects.toThrow()
    await bury(event, subscriber, 'still broken')
    expect(await letterOf(event)).toMatchObject({ status: 'waiting', error: 'still broken', attempts: 6, replays: 1 })
    await mend()
    await replay()
    await relay.drainReplays()
    expect(jobs.at(-1)!.id).toBe(`dl-${letter.id}-2`)
    await consume(own.database, subscriber, { ...first, payload: { quantity: 99 } })
    expect(await tally.effects(event.id)).toBe(0)
    await consume(own.database, subscriber, jobs.at(-1)!.data)
    expect([await tally.effects(event.id), (await letterOf(event))!.status]).toEqual([1, 'resolved'])
  })

  test('when the queue loses the replay, then it is published again after a while', async () => {
    const { event, relay, jobs, flush, replay, letter } = await aLetter()
    await replay()
    await relay.drainReplays()
    flush()
    expect(await relay.drainReplays()).toBe(0)
    await own.database.fresh(db => db.update(deadLetters).set({ decidedAt: sql`clock_timestamp() - interval '61 seconds'` }).where(eq(deadLetters.eventId, event.id)))
    expect(await relay.drainReplays()).toBe(1)
    expect(jobs.map(job => job.id)).toEqual([`dl-${letter.id}-1-r1`])
  })

  test('when it is discarded, then nothing delivers it any more', async () => {
    const { event, relay, subscriber, tally, letter, replay } = await aLetter()
    expect((await write(tx => discardDeadLetter(tx, letter.id, admin)))!.status).toBe('discarded')
    expect(await replay()).toBeUndefined()
    expect(await relay.drainReplays()).toBe(0)
    await consume(own.database, subscriber, { ...event, payload: { quantity: 2 } })
    await consume(own.database, subscriber, { ...event, payload: { quantity: 2 }, replay: 1 })
    await bury(event, subscriber)
    expect([await tally.effects(event.id), (await letterOf(event))!.status]).toEqual([0, 'discarded'])
  })

  test('when a delivery that had begun before succeeds after all, then the letter is resolved by it', async () => {
    const { subscriber, type } = tallying(own.database)
    const event = await anEvent(own.database, type)
    const slow: Subscriber = { ...subscriber, after: () => bury(event, subscriber, 'another delivery of it gave up') }
    await consume(own.database, slow, event)
    expect((await letterOf(event))!.status).toBe('resolved')
  })

  test('when the effect is complete, then there is nothing to bury', async () => {
    const { subscriber, type } = tallying(own.database)
    const event = await anEvent(own.database, type)
    await consume(own.database, subscriber, event)
    await bury(event, subscriber)
    expect(await letterOf(event)).toBeUndefined()
  })
})
