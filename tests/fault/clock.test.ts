import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signatureHeader } from '../../sandbox/webhooks/signature.ts'
import type { SessionList } from '../../shared/schemas/auth.ts'
import type { Checkout, Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

const dayMs = 86_400_000
const preload = fileURLToPath(new URL('../harness/shifted-clock.ts', import.meta.url))
const shifted = (days: number) => ({ NODE_OPTIONS: `--import ${preload}`, CLOCK_SHIFT_MS: String(days * dayMs) })

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ worker: 0, env: { SWEEP_EVERY_MS: '500' }, sandbox: { CARRIER_STEP_MS: '200' } })
})
afterAll(() => stack?.stop())

/** Within a minute of the database's clock, which is this machine's. */
function expectNow(at: string) {
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000)
}

describe.each([2, -2])('when the clock of a web process and of a worker is %i days off', (days) => {
  const web = { url: '' }
  beforeAll(async () => {
    const { url } = await stack.startWeb(undefined, shifted(days))
    web.url = url
    for (const child of stack.workers.splice(0)) await child.stop()
    stack.workers.push(await stack.startWorker(shifted(days)))
  })

  test('then whatever it reads of the time is off', () => {
    const read = execFileSync(process.execPath, ['-p', '[Date.now(), new Date().getTime(), Date.parse(Date()), new Date(0).getTime()].join()'], { env: shifted(days), encoding: 'utf8' }).split(',').map(Number)
    read.slice(0, 3).forEach(at => expect(Math.abs(at - Date.now() - days * dayMs)).toBeLessThan(60_000))
    expect(read[3]).toBe(0)
  })

  test('then holds, sessions, payment, mail and delivery go by the database\'s clock, and every time that is shown is its', async () => {
    const [variantId] = await addProduct(stack.database, product(`clock-${days}`, { stock: 3 }))
    const one = new TestShopper(web.url)
    const email = `clock-${days}@example.com`
    expect((await one.request('POST', '/api/auth/register', { email, password: 'a long password', name: 'Ada' })).status).toBe(201)
    await one.add(variantId!)
    const { body: checkout } = await one.checkout()
    expectNow(checkout.now)
    expect(Date.parse(checkout.expiresAt) - Date.parse(checkout.now)).toBeGreaterThan(14 * 60_000)
    // The other instance, whose clock is right, sees the same session, hold and deadline.
    const right = new TestShopper(stack.urls[0]!)
    right.cookie = one.cookie
    expect((await right.get<Maybe<Checkout>>(`/api/checkout/${checkout.id}`)).body.expiresAt).toBe(checkout.expiresAt)
    const { body: sessions } = await one.get<SessionList>('/api/auth/sessions')
    for (const { createdAt, lastSeenAt } of sessions.items) [createdAt, lastSeenAt].forEach(expectNow)

    const paid = await one.pay(checkout.id, { email })
    expect(paid.status).toBe(201)
    expectNow(paid.body.placedAt)
    const { body: order } = await until(() => right.get<Order>(`/api/orders/${paid.body.id}`), answer => answer.body.status === 'delivered', { withinMs: 60_000 })
    expect(order.events.map(event => event.status)).toEqual(['pending', 'paid', 'fulfilling', 'shipped', 'delivered'])
    order.events.forEach(event => expectNow(event.at))
    expect(order.events.map(event => Date.parse(event.at))).toEqual(order.events.map(event => Date.parse(event.at)).toSorted((a, b) => a - b))
    const windowMs = Date.parse(order.returnableUntil!) - Date.parse(order.events.at(-1)!.at)
    expect(windowMs).toBe(30 * dayMs)
    const sent = await until(async () => (await stack.database.fresh(db => db.execute<{ sent_at: Date | null }>(sql`select sent_at from mails where body like ${`%${order.id}%`}`))).rows, rows => rows.length === 2 && rows.every(row => row.sent_at !== null), { withinMs: 30_000 })
    sent.forEach(row => expectNow(new Date(row.sent_at!).toISOString()))
    await until(() => brokenInvariants(stack.database, stack.sandbox.url), broken => Object.keys(broken).length === 0, { everyMs: 500 })
  })

  test('then a hold is neither cut short nor kept for days by the shifted worker\'s sweep', async () => {
    const [variantId] = await addProduct(stack.database, product(`clock-hold-${days}`, { stock: 1 }))
    const one = new TestShopper(web.url)
    await one.add(variantId!)
    const { body: checkout } = await one.checkout()
    const holdOf = async (id: string) => (await stack.database.fresh(db => db.execute<{ status: string }>(sql`select status from stock_holds where id = ${id}`))).rows[0]!.status
    // Another hold that is due shows that the sweep has run.
    const [other] = await addProduct(stack.database, product(`clock-due-${days}`, { stock: 1 }))
    const late = new TestShopper(web.url)
    await late.add(other!)
    const { body: due } = await late.checkout()
    await stack.database.fresh(db => db.execute(sql`update stock_holds set expires_at = clock_timestamp() where id = ${due.id}`))
    await until(() => holdOf(due.id), status => status === 'released')
    expect(await holdOf(checkout.id)).toBe('active')
    expect((await one.pay(checkout.id)).status).toBe(201)
    expect((await late.pay(due.id)).body.code).toBe('orders/checkout-expired')
  })

  test('then webhooks that are fresh by the database\'s clock are taken, and those that are fresh by its own are not', async () => {
    const secret = stack.env.STRIPE_WEBHOOK_SECRET!
    const post = (path: string, header: string, body: object, atMs: number) => {
      const raw = JSON.stringify(body)
      return fetch(`${web.url}/api/${path}/webhook`, { method: 'POST', headers: { 'content-type': 'application/json', [header]: signatureHeader(raw, secret, Math.floor(atMs / 1_000)) }, body: raw })
    }
    const event = { id: `evt_${crypto.randomUUID()}`, object: 'event', type: 'payment_intent.succeeded', data: { object: { id: 'pi_1', object: 'payment_intent', metadata: {} } } }
    const news = { id: 'evt_1', type: 'shipment.shipped', data: { shipment: { id: 'shp_1', orderId: crypto.randomUUID(), trackingNumber: 'MS1' } } }
    const at = async (atMs: number) => [await post('payments', 'stripe-signature', event, atMs), await post('fulfilment', 'carrier-signature', news, atMs)].map(answer => answer.status)
    expect(await at(Date.now())).toEqual([200, 200])
    expect(await at(Date.now() + days * dayMs)).toEqual([400, 400])
  })
})
