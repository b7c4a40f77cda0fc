import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import { stock } from '../../server/products/db/tables.ts'
import { salesDaily } from '../../server/sales/db/tables.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ replica: false, env: { QUEUE_LOCK_MS: '3000', OUTBOX_LOST_AFTER_MS: '4000', SWEEP_EVERY_MS: '1000', PAYMENT_RESUME_AFTER_MS: '5000' }, sandbox: { CARRIER_STEP_MS: '200' } })
})
afterAll(() => stack?.stop())

const shopper = () => new TestShopper(stack.urls[0]!)
const buyers = 12
const intents = async () => (await (await fetch(`${stack.sandbox.url}/ledger`)).json() as { intents: { intent: string, orderId: string, authorisedMinor: number }[] }).intents

describe('the worker', () => {
  test('when it is killed again and again while orders come in, then each order has each effect once', async () => {
    const [variantId] = await addProduct(stack.database, product('worker-killed', { stock: buyers }))
    const shoppers = Array.from({ length: buyers }, shopper)
    const buying = Promise.all(shoppers.map(one => one.buy(variantId!)))
    let worker = stack.workers[0]!
    for (let kill = 0; kill < 3; kill++) {
      await worker.kill()
      worker = await stack.startWorker()
    }
    const orders = await buying
    for (const { status } of orders) expect([201, 202]).toContain(status)
    await Promise.all(shoppers.map((one, index) => until(() => one.get<Order>(`/api/orders/${orders[index]!.body.id}`), answer => answer.body.status === 'delivered', { withinMs: 90_000 })))
    const effects = () => stack.database.fresh(async db => ({
      stock: (await db.select().from(stock).where(eq(stock.variantId, variantId!)))[0],
      sales: (await db.select({ orders: sql<number>`coalesce(sum(${salesDaily.orders}), 0)::int` }).from(salesDaily))[0]!.orders,
      mails: (await db.execute<{ count: number }>(sql`select count(*)::int as count from mails where subject like 'We have your order%'`)).rows[0]!.count,
    }))
    // What a killed one had at hand is done by the next, after its lock.
    const all = await until(effects, now => now.stock?.reserved === 0 && now.sales >= buyers && now.mails >= buyers, { withinMs: 60_000 })
    expect(all).toMatchObject({ stock: { onHand: 0, reserved: 0, sold: buyers }, sales: buyers, mails: buyers })
  }, 150_000)

  test('when the web process dies between charge and answer, then the order is finished without it, and charged once', async () => {
    const [variantId] = await addProduct(stack.database, product('web-killed', { stock: 1 }))
    const { child, url } = await stack.startWeb()
    const one = new TestShopper(url)
    await one.add(variantId!)
    const { body: checkout } = await one.checkout()
    await stack.sandbox.faults('payments', { slowMs: 1_500, only: 'confirm' })
    const before = new Set((await intents()).map(intent => intent.intent))
    const paying = one.pay(checkout.id).catch(() => null)
    // Authorised by the request, or, when the gateway's webhook was quicker than its answer, captured by the worker already.
    const charged = await until(async () => (await intents()).filter(intent => !before.has(intent.intent) && intent.authorisedMinor > 0), found => found.length === 1)
    await child.kill()
    await stack.sandbox.faults('payments', {})
    expect(await paying).toBeNull()
    one.baseUrl = stack.urls[0]!
    const { body } = await until(() => one.get<Order>(`/api/orders/${charged[0]!.orderId}`), answer => answer.body.status === 'delivered', { withinMs: 60_000 })
    const ledger = await (await fetch(`${stack.sandbox.url}/ledger?orderId=${body.id}`)).json() as { intents: { capturedMinor: number }[] }
    expect(ledger.intents.map(intent => intent.capturedMinor)).toEqual([body.totalMinor])
  }, 120_000)
})
