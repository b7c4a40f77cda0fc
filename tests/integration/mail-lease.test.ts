import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mails } from '../../server/notifications/db/tables.ts'
import { notifications } from '../../server/notifications/index.ts'
import { MailLeaseError, type OutgoingMail } from '../../server/notifications/mailer.ts'
import type { OrderSnapshot } from '../../server/orders/index.ts'
import type { DomainEvent } from '../../server/platform/outbox/append-event.ts'
import { buryEvent, mendDeadLetter, replayDeadLetter } from '../../server/platform/outbox/dead-letters.ts'
import { consume } from '../../server/platform/outbox/subscriber.ts'
import { anEvent, dieAt, idleRelay } from '../harness/outbox.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'
import { anAddress } from '../harness/shopper.ts'

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
})
afterAll(() => own.drop())

const snapshot = (email = 'ada@example.com'): OrderSnapshot => ({ orderId: crypto.randomUUID(), number: `MS-${crypto.randomUUID().slice(0, 6)}`, status: 'shipped', holdId: crypto.randomUUID(), email, address: { ...anAddress, country: 'GB' }, shippingMethod: 'standard', lines: [], totalMinor: 1_000, refundedMinor: 0, currency: 'GBP', trackingNumber: null, placedAt: new Date().toISOString() })
const shipped = (email?: string) => anEvent(own.database, 'order.shipped', { ...snapshot(email) })

/** The subscriber with a mailer that notes what it sends; `meanwhile` happens when a mail's turn has come. */
function mailing({ meanwhile = async () => {}, leaseMs }: { meanwhile?: () => Promise<void>, leaseMs?: number } = {}) {
  const sent: OutgoingMail[] = []
  const subscriber = notifications({
    database: own.database,
    publicUrl: 'https://shop.example',
    leaseMs,
    async mailer(mail, mayStillSend) {
      await meanwhile()
      mayStillSend?.()
      sent.push(mail)
    },
  })
  return { sent, deliver: (event: DomainEvent) => consume(own.database, subscriber, event), subscriber }
}
const endLease = (event: DomainEvent) => own.database.fresh(db => db.update(mails).set({ claimedUntil: sql`clock_timestamp() - interval '1 ms'` }).where(eq(mails.eventId, event.id)))
const mailOf = async (event: DomainEvent) => (await own.database.fresh(db => db.select().from(mails).where(eq(mails.eventId, event.id))))[0]!

describe('a mail', () => {
  test('when its event comes again and again, then it is sent once', async () => {
    const { sent, deliver } = mailing()
    const event = await shipped()
    for (let delivery = 0; delivery < 3; delivery++) await deliver(event)
    expect(sent.map(mail => [mail.messageId, mail.recipient])).toEqual([[`<${event.id}@shop.example>`, 'ada@example.com']])
    expect((await mailOf(event)).sentAt).not.toBeNull()
  })

  test('when two workers have it at once, then one sends it, and the other is told to come back', async () => {
    const { sent, deliver } = mailing()
    const event = await shipped()
    const answers = await Promise.allSettled([deliver(event), deliver(event)])
    expect(sent).toHaveLength(1)
    for (const answer of answers.filter(one => one.status === 'rejected')) expect(answer.reason).toBeInstanceOf(MailLeaseError)
    await deliver(event)
    expect(sent).toHaveLength(1)
  })

  test('when the worker dies after the server has it, then it is sent once more after the lease, under the same Message-ID', async () => {
    const { sent, deliver } = mailing()
    const event = await shipped()
    dieAt('mail-sent')
    await expect(deliver(event)).rejects.toThrow('died at mail-sent')
    await expect(deliver(event)).rejects.toThrow(MailLeaseError)
    await endLease(event)
    for (let delivery = 0; delivery < 3; delivery++) await deliver(event)
    expect(sent.map(mail => mail.messageId)).toEqual(Array(2).fill(`<${event.id}@shop.example>`))
  })

  test('when sending fails, then the next try need not wait for the lease to end', async () => {
    const event = await shipped()
    await expect(mailing({ meanwhile: () => Promise.reject(new Error('451 try later')) }).deliver(event)).rejects.toThrow('451')
    const { sent, deliver } = mailing()
    await deliver(event)
    expect(sent).toHaveLength(1)
  })

  test('when a worker is away for longer than its lease, then it does not send what another has sent meanwhile', async () => {
    const event = await shipped()
    const other = mailing()
    const frozen = mailing({
      leaseMs: 20,
      async meanwhile() {
        await endLease(event)
        await other.deliver(event)
        const from = performance.now()
        while (performance.now() - from < 25);
      },
    })
    await expect(frozen.deliver(event)).rejects.toThrow(MailLeaseError)
    await frozen.deliver(event)
    expect([frozen.sent.length, other.sent.length]).toEqual([0, 1])
    expect((await mailOf(event)).sentAt).not.toBeNull()
  })

  test('when the address of a refused one is mended, then it goes to the new address under the same Message-ID', async () => {
    const event = await shipped('ada@exmaple.con')
    const { sent, deliver, subscriber } = mailing()
    await expect(consume(own.database, notifications({ database: own.database, publicUrl: 'https://shop.example', mailer: async () => Promise.reject(new Error('550 no such user')) }), event)).rejects.toThrow('550')
    await own.database.write(tx => buryEvent(tx, { event, subscriber: 'notifications', error: '550 no such user', attempts: 1 }))
    const { rows: [letter] } = await own.database.fresh(db => db.execute<{ id: string }>(sql`select id from dead_letters where event_id = ${event.id}`))
    await own.database.write(tx => mendDeadLetter(tx, Number(letter!.id), { ...event.payload, email: 'ada@example.com' }))
    await own.database.write(tx => replayDeadLetter(tx, Number(letter!.id), crypto.randomUUID()))
    const relay = idleRelay(own.database, [subscriber])
    await relay.drainReplays()
    await deliver(relay.queues.get(subscriber)!.jobs[0]!.data)
    expect(sent.map(mail => [mail.messageId, mail.recipient])).toEqual([[`<${event.id}@shop.example>`, 'ada@example.com']])
    expect((await mailOf(event)).recipient).toBe('ada@example.com')
  })
})
