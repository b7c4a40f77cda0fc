import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mails } from '../../server/notifications/db/tables.ts'
import { mendDeadLetter, replayDeadLetter } from '../../server/platform/outbox/dead-letters.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { countedOrders, effectsOf, everythingOnce } from '../harness/order-effects.ts'
import { TestShopper, until } from '../harness/shopper.ts'
import { hangUp, openSmtpServer, type SmtpServer } from '../harness/smtp-server.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
let server: SmtpServer
let orders = 0
beforeAll(async () => {
  server = await openSmtpServer()
  stack = await startStack({ replica: false, env: { SMTP_URL: server.url, QUEUE_ATTEMPTS: '100', QUEUE_FIRST_PAUSE_MS: '100', QUEUE_LONGEST_PAUSE_MS: '800', SMTP_TIMEOUT_MS: '3000' }, sandbox: { CARRIER_STEP_MS: '200' } })
})
afterAll(async () => {
  await stack?.stop()
  await server?.close()
})

/** Buys, and waits for the parcel: a mail that does not go out holds up nothing. */
async function buyAndReceive(variantId: string, email = 'ada@example.com'): Promise<Order> {
  const shopper = new TestShopper(stack.urls[0]!)
  const { status, body } = await shopper.buy(variantId, { email })
  expect(status).toBe(201)
  orders += 1
  return (await until(() => shopper.get<Order>(`/api/orders/${body.id}`), answer => answer.body.status === 'delivered')).body
}
const messageIds = () => server.mails.map(raw => /^message-id: (<.+>)$/im.exec(raw)![1]!)
const mailsOf = async (order: Order) => (await stack.database.fresh(db => db.execute<{ message_id: string }>(sql`select m.message_id from mails m join outbox e on e.event_id = m.event_id where e.subject = ${order.id}`))).rows.map(row => row.message_id)
const settled = (order: Order) => until(() => effectsOf(stack.database, order.id), effects => effects.sentMails === 2, { withinMs: 60_000 })

const faults: Record<string, { begin: () => unknown, end: () => unknown }> = {
  'is down': { begin: () => server.goDown(), end: () => server.comeBack() },
  'hangs': { begin: () => server.answer('connect', null), end: () => server.behave() },
  'puts everybody off with 451': { begin: () => server.answer('RCPT', '451 try later'), end: () => server.behave() },
}

describe('the mail server', () => {
  test.each(Object.entries(faults))('when it %s, then orders are taken and delivered, and each mail goes out once when it is well again', async (how, fault) => {
    const [variantId] = await addProduct(stack.database, product(`mail-${how.replaceAll(' ', '-')}`))
    await fault.begin()
    const bought = await Promise.all([buyAndReceive(variantId!), buyAndReceive(variantId!)])
    for (const order of bought) expect((await effectsOf(stack.database, order.id)).sentMails).toBe(0)
    await fault.end()
    for (const order of bought) expect(await settled(order)).toEqual(everythingOnce)
    const owed = (await Promise.all(bought.map(mailsOf))).flat()
    expect(messageIds().filter(id => owed.includes(id)).toSorted()).toEqual(owed.toSorted())
  })

  test('when it takes a mail and drops the connection before it says so, then a second copy has the same Message-ID, and nothing else is there twice', async () => {
    const [variantId] = await addProduct(stack.database, product('mail-dropped'))
    let dropped = 0
    server.answer('body', () => (dropped++ === 0 ? hangUp : '250 kept'))
    const order = await buyAndReceive(variantId!)
    expect(await settled(order)).toEqual(everythingOnce)
    const owed = await mailsOf(order)
    const copies = messageIds().filter(id => owed.includes(id))
    expect([copies.length, new Set(copies).size]).toEqual([3, 2])
    server.behave()
  })

  test('when it refuses an address for good, then that mail alone is a dead letter at once, and reaches the mended address once', async () => {
    const [variantId] = await addProduct(stack.database, product('mail-refused'))
    server.answer('RCPT', sent => (sent.includes('exmaple') ? '550 no such user' : '250 ok'))
    const [refused, other] = await Promise.all([buyAndReceive(variantId!, 'ada@exmaple.com'), buyAndReceive(variantId!, 'bob@example.com')])
    expect(await settled(other)).toEqual(everythingOnce)
    const letters = () => stack.database.fresh(db => db.execute<{ id: string, status: string, attempts: number, error: string, payload: Record<string, unknown> }>(sql`select id, status, attempts, error, payload from dead_letters where subject = ${refused.id} order by id`))
    const { rows } = await until(letters, found => found.rows.length === 2)
    expect(rows.map(letter => [letter.status, letter.attempts])).toEqual([['waiting', 1], ['waiting', 1]])
    expect(rows[0]!.error).toContain('550 no such user')
    for (const { id, payload } of rows) {
      await stack.database.write(tx => mendDeadLetter(tx, Number(id), { ...payload, email: 'ada@example.com' }))
      await stack.database.write(tx => replayDeadLetter(tx, Number(id), crypto.randomUUID()))
    }
    expect(await settled(refused)).toEqual(everythingOnce)
    await until(letters, found => found.rows.every(letter => letter.status === 'resolved'))
    const owed = await mailsOf(refused)
    const copies = server.mails.filter(raw => owed.some(id => raw.includes(id)))
    expect(copies.map(raw => /^to: (.+)$/im.exec(raw)![1])).toEqual(['ada@example.com', 'ada@example.com'])
    server.behave()
  })

  test('after all of that each order was counted once, and no invariant is broken', async () => {
    expect(await countedOrders(stack.database)).toBe(orders)
    expect(await brokenInvariants(stack.database, stack.sandbox.url)).toEqual({})
    expect((await stack.database.fresh(db => db.select().from(mails).where(eq(mails.recipient, 'ada@exmaple.com')))).length).toBe(0)
  })
})
