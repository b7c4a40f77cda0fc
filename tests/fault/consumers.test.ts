import { sql } from 'drizzle-orm'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Child } from '../../scripts/launch/child.ts'
import type { OrderSnapshot } from '../../server/orders/index.ts'
import { appendEvent } from '../../server/platform/outbox/append-event.ts'
import { mendDeadLetter, replayDeadLetter } from '../../server/platform/outbox/dead-letters.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { countedOrders, effectsOf, everythingOnce } from '../harness/order-effects.ts'
import { anAddress, TestShopper, until } from '../harness/shopper.ts'
import { openSmtpServer, type SmtpServer } from '../harness/smtp-server.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
let server: SmtpServer
let orders = 0
beforeAll(async () => {
  server = await openSmtpServer()
  stack = await startStack({ replica: false, worker: 0, env: { SMTP_URL: server.url, QUEUE_ATTEMPTS: '100', QUEUE_FIRST_PAUSE_MS: '100', QUEUE_LONGEST_PAUSE_MS: '1000', QUEUE_LOCK_MS: '3000', OUTBOX_LOST_AFTER_MS: '4000', SMTP_TIMEOUT_MS: '3000' }, sandbox: { CARRIER_STEP_MS: '200' } })
})
afterAll(async () => {
  await stack?.stop()
  await server?.close()
})

async function startWorker(): Promise<Child> {
  const worker = await stack.startWorker()
  onTestFinished(() => worker.kill())
  return worker
}
async function buy(slug: string) {
  const [variantId] = await addProduct(stack.database, product(slug))
  const shopper = new TestShopper(stack.urls[0]!)
  const { status, body } = await shopper.buy(variantId!)
  expect(status).toBe(201)
  orders += 1
  return { id: body.id, delivered: () => until(() => shopper.get<Order>(`/api/orders/${body.id}`), answer => answer.body.status === 'delivered', { withinMs: 60_000 }) }
}
const settled = (orderId: string) => until(() => effectsOf(stack.database, orderId), effects => effects.sentMails === 2 && effects.timeline.includes('delivered'), { withinMs: 90_000 })
const messageIds = () => server.mails.map(raw => /^message-id: (<.+>)$/im.exec(raw)![1]!)
/** Lets the mail server take a mail's text and say nothing; answers when it has one, which is not kept. */
function keepSilent(): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  server.answer('body', () => {
    resolve(undefined)
    return null
  })
  return promise
}
async function firstMailOf(orderId: string): Promise<string> {
  const { rows: [mail] } = await stack.database.fresh(db => db.execute<{ message_id: string }>(sql`select m.message_id from mails m join outbox e on e.event_id = m.event_id where e.subject = ${orderId} and e.type = 'order.paid'`))
  return mail!.message_id
}

describe('workers', () => {
  test('when none is running, then orders are taken, and end by themselves when one is back', async () => {
    const bought = [await buy('no-worker-1'), await buy('no-worker-2')]
    for (const { id } of bought) expect(await effectsOf(stack.database, id)).toMatchObject({ mails: 0, shipments: 0, sold: 0 })
    await startWorker()
    for (const { id, delivered } of bought) {
      await delivered()
      expect(await settled(id)).toEqual(everythingOnce)
    }
  })

  test('when one freezes in the middle of a mail and a parcel for longer than its lock, another takes over, and then the first wakes up, then each effect is there once', async () => {
    const first = await startWorker()
    const mailAtHand = keepSilent()
    await stack.sandbox.faults('carrier', { commitDelayMs: 1_500, slowMs: 1_500 })
    const { id, delivered } = await buy('frozen-worker')
    await mailAtHand
    const messageId = await firstMailOf(id)
    first.freeze()
    server.behave()
    await stack.sandbox.faults('carrier', {})
    const second = await startWorker()
    await delivered()
    expect(await settled(id)).toEqual(everythingOnce)
    first.resume()
    // Only the one that was frozen can do this, after whatever it still had at hand.
    await second.stop()
    const next = await buy('after-the-frost')
    await next.delivered()
    expect(await settled(next.id)).toEqual(everythingOnce)
    expect(await effectsOf(stack.database, id)).toEqual(everythingOnce)
    expect(messageIds().filter(one => one === messageId)).toHaveLength(1)
    const parcels = await (await fetch(`${stack.sandbox.url}/carrier/shipments?orderId=${id}`)).json() as { items: unknown[] }
    expect(parcels.items).toHaveLength(1)
  }, 180_000)

  test('when one dies in the middle of a mail and the queue forgets everything, then the mail goes out all the same, once', async () => {
    const first = await startWorker()
    const mailAtHand = keepSilent()
    const { id } = await buy('forgotten-mail')
    await mailAtHand
    const messageId = await firstMailOf(id)
    await first.kill()
    const redis = new Redis(stack.queue!.url)
    await redis.flushall()
    redis.disconnect()
    server.behave()
    await startWorker()
    expect(await settled(id)).toEqual(everythingOnce)
    expect(messageIds().filter(one => one === messageId)).toHaveLength(1)
  }, 180_000)

  test('when one gets SIGTERM with work in its hands, then it finishes it or gives it back, and ends', async () => {
    const first = await startWorker()
    await stack.sandbox.faults('carrier', { slowMs: 1_500 })
    const { id, delivered } = await buy('terminated-worker')
    await until(() => effectsOf(stack.database, id), effects => effects.shipments === 1)
    await first.stop()
    expect((await first.ending).reason).toBe('exit code 0')
    await stack.sandbox.faults('carrier', {})
    await startWorker()
    await delivered()
    expect(await settled(id)).toEqual(everythingOnce)
  }, 90_000)

  test('when more poison comes than a worker has hands, then no order is held up, and each ends as a dead letter that can be mended and replayed', async () => {
    await startWorker()
    const refund: OrderSnapshot = { orderId: crypto.randomUUID(), number: 'MS-900001', status: 'refunded', holdId: crypto.randomUUID(), email: 'eve@example.com', address: { ...anAddress, country: 'GB' }, shippingMethod: 'standard', lines: [], totalMinor: 1_000, refundedMinor: 1_000, currency: 'GBP', trackingNumber: null, placedAt: '2020-02-02T12:00:00.000Z' }
    for (let n = 0; n < 20; n++) await stack.database.write(tx => appendEvent(tx, { type: 'order.refunded', subject: refund.orderId, payload: { ...refund, email: undefined, refundedMinor: 'all of it' } }))
    const { id, delivered } = await buy('beside-poison')
    await delivered()
    expect(await settled(id)).toEqual(everythingOnce)
    const letters = () => stack.database.fresh(db => db.execute<{ id: string, event_id: string, subscriber: string, status: string, attempts: number }>(sql`select id, event_id, subscriber, status, attempts from dead_letters where subject = ${refund.orderId} order by id`))
    const { rows } = await until(letters, found => found.rows.length === 40)
    expect(rows.every(letter => letter.status === 'waiting' && letter.attempts === 1)).toBe(true)
    expect(new Set(rows.map(letter => letter.subscriber))).toEqual(new Set(['notifications', 'sales-figures']))
    const mended = rows.filter(letter => letter.event_id === rows[0]!.event_id)
    for (const letter of mended) {
      await stack.database.write(tx => mendDeadLetter(tx, Number(letter.id), { ...refund }))
      await stack.database.write(tx => replayDeadLetter(tx, Number(letter.id), crypto.randomUUID()))
    }
    await until(letters, found => found.rows.filter(letter => letter.status === 'resolved').length === 2)
    const figures = await stack.database.fresh(db => db.execute<{ refunded_minor: number }>(sql`select refunded_minor::int from sales_daily where day = '2020-02-02'`))
    expect(figures.rows.map(row => row.refunded_minor)).toEqual([1_000])
    expect(server.mails.filter(raw => raw.includes('eve@example.com'))).toHaveLength(1)
    // News of an order that never was; the books below are of those that were.
    await stack.database.fresh(db => db.execute(sql`delete from outbox where subject = ${refund.orderId}`))
  }, 90_000)

  test('after all of that each order was counted once, and no invariant is broken', async () => {
    expect(await countedOrders(stack.database)).toBe(orders)
    // What the queue forgot above is published again some seconds later, and what a killed one had at hand is done, both by a worker.
    await startWorker()
    expect(await brokenInvariants(stack.database, stack.sandbox.url, { settleMs: 120_000 })).toEqual({})
  }, 180_000)
})
