import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ postgres: 'own', env: { SWEEP_EVERY_MS: '1000', PAYMENT_RESUME_AFTER_MS: '5000', OUTBOX_LOST_AFTER_MS: '4000', QUEUE_LOCK_MS: '3000' }, sandbox: { CARRIER_STEP_MS: '200' } })
})
afterAll(() => stack?.stop())

const shopper = () => new TestShopper(stack.urls[0]!)
async function timed<T>(work: () => Promise<T>) {
  const from = performance.now()
  return { answer: await work(), tookMs: performance.now() - from }
}

describe.each(['killed', 'frozen'] as const)('when the primary is %s', (how) => {
  test('then browsing and one\'s own order work, buying is refused quickly and the gateway is not called, and all works again within 10 s', async () => {
    const [variantId] = await addProduct(stack.database, product(`primary-${how}`))
    const one = shopper()
    const { body: order } = await one.buy(variantId!)
    await one.add(variantId!)
    const { body: checkout } = await one.checkout()
    await until(() => one.get<Order>(`/api/orders/${order.id}`), answer => answer.headers.get('server-timing')!.includes('replica'))
    const ledgerBefore = await (await fetch(`${stack.sandbox.url}/ledger`)).json() as { intents: unknown[] }

    if (how === 'killed') await stack.cluster.primary.kill()
    else stack.cluster.primary.freeze()
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        const add = await timed(() => one.add(variantId!))
        expect(add.answer.status).toBe(503)
        expect(add.answer.headers.get('retry-after')).toBeTruthy()
        expect(add.tookMs).toBeLessThan(3_000)
      }
      const refused = await timed(() => one.pay(checkout.id))
      expect(refused.answer.status).toBe(503)
      expect(refused.tookMs).toBeLessThan(1_200)
      const browse = await timed(() => one.get(`/api/products?limit=5&minPrice=${how.length}`))
      expect(browse.answer.status).toBe(200)
      const own = await timed(() => one.get<Maybe<Order>>(`/api/orders/${order.id}`))
      expect([own.answer.status, own.answer.body.number]).toEqual([200, order.number])
      expect(own.tookMs).toBeLessThan(3_000)
    }
    finally {
      if (how === 'killed') await stack.cluster.primary.start()
      else stack.cluster.primary.resume()
    }
    const back = performance.now()
    await until(() => one.add(variantId!), answer => answer.status === 200, { withinMs: 10_000 })
    expect(performance.now() - back).toBeLessThan(10_000)
    const ledgerAfter = await (await fetch(`${stack.sandbox.url}/ledger`)).json() as { intents: unknown[] }
    expect(ledgerAfter.intents).toHaveLength(ledgerBefore.intents.length)
    expect((await one.get<Maybe<Order>>(`/api/orders/${order.id}`)).status).toBe(200)
    await until(() => one.checkout(), answer => answer.status === 201)
  })
})

describe('when the primary is killed in the middle of transactions and starts again', () => {
  const buyers = 10
  const ledgerOf = async (orderId: string) => (await (await fetch(`${stack.sandbox.url}/ledger?orderId=${orderId}`)).json() as { intents: { capturedMinor: number }[] }).intents.filter(intent => intent.capturedMinor > 0)
  const ordersOf = async (checkoutId: string) => (await stack.database.fresh(db => db.execute<{ id: string, status: string, total_minor: number }>(sql`select id, status, total_minor from orders where checkout_id = ${checkoutId}`))).rows

  test.each([0, 300, 1_200])('%i ms into their payments, then every order is complete or absent, those answered 201 are there, and the same key is one order and one charge', async (afterMs) => {
    const [variantId] = await addProduct(stack.database, product(`mid-transaction-${afterMs}`, { stock: 50 }))
    const earlier = shopper()
    const { body: answered } = await earlier.buy(variantId!)
    const shoppers = await Promise.all(Array.from({ length: buyers }, async () => {
      const one = shopper()
      await one.add(variantId!)
      return { one, checkoutId: (await one.checkout()).body.id, key: crypto.randomUUID() }
    }))
    await stack.sandbox.faults('payments', { slowMs: 700 })
    const before = await stack.database.fresh(db => db.execute<{ id: string }>(sql`select coalesce(max(id), 0)::text as id from outbox`))
    const inFlight = shoppers.map(({ one, checkoutId, key }) => one.pay(checkoutId, { key }).catch(() => null))
    if (afterMs > 0) {
      // Their transactions have begun; from here the gateway's slowness keeps them under way.
      await until(async () => (await stack.database.fresh(db => db.execute(sql`select 1 from outbox where id > ${before.rows[0]!.id}::bigint and type = 'order.placed' limit 1`))).rows.length, rows => rows > 0)
      await new Promise(resolve => setTimeout(resolve, afterMs))
    }
    await stack.cluster.primary.kill()
    await stack.cluster.primary.start()
    const first = await Promise.all(inFlight)
    await stack.sandbox.faults('payments', {})

    expect((await until(() => earlier.get<Maybe<Order>>(`/api/orders/${answered.id}`), answer => answer.status === 200)).body.number).toBe(answered.number)
    for (const [index, { one, checkoutId, key }] of shoppers.entries()) {
      const { body } = await until(() => one.pay(checkoutId, { key }), answer => answer.status === 201, { withinMs: 40_000, everyMs: 300 })
      if (first[index]?.status === 201) expect(body.id).toBe(first[index].body.id)
      expect(await ordersOf(checkoutId)).toMatchObject([{ id: body.id, total_minor: body.totalMinor }])
      expect((await ledgerOf(body.id)).map(intent => intent.capturedMinor)).toEqual([body.totalMinor])
    }
    await until(() => brokenInvariants(stack.database, stack.sandbox.url), broken => Object.keys(broken).length === 0, { everyMs: 500 })
  }, 150_000)

  test('then adding to the cart works at once or, as the answer asks, after one retry; and it is in the cart once', async () => {
    const [variantId] = await addProduct(stack.database, product('one-retry'))
    const one = shopper()
    expect((await one.add(variantId!)).status).toBe(200)
    await stack.cluster.primary.kill()
    const refused = await one.request<Maybe<Cart>>('POST', '/api/cart/items', { variantId, quantity: 1 })
    expect(refused.status).toBe(503)
    await stack.cluster.primary.start()
    let answer = await one.add(variantId!)
    if (answer.status === 503) {
      await new Promise(resolve => setTimeout(resolve, Number(answer.headers.get('retry-after')) * 1_000))
      answer = await one.add(variantId!)
    }
    expect([answer.status, answer.body.itemCount]).toEqual([200, 2])
  })
})

test('when its standby dies with it, then whoever reads is refused with 503, and all works again when both are back', async () => {
  const [variantId] = await addProduct(stack.database, product('both-killed'))
  const one = shopper()
  await one.add(variantId!)
  await until(async () => stack.database.replicaState()!.usable, Boolean)
  await Promise.all([stack.cluster.primary.kill(), stack.cluster.replica!.kill()])
  try {
    // While it was heard of a moment ago, and when it has been silent for a while.
    await expect(stack.database.read(db => db.execute(sql`select 1`))).rejects.toMatchObject({ statusCode: 503, code: 'platform/database-unavailable' })
    const answers = []
    for (let price = 0; price < 12; price++) answers.push((await one.get('/api/cart')).status, (await fetch(`${stack.urls[0]}/api/products?limit=1&minPrice=${7_000 + price}`)).status)
    expect(new Set(answers)).toEqual(new Set([503]))
  }
  finally {
    await stack.cluster.primary.start()
    await stack.cluster.replica!.start()
  }
  await until(() => one.add(variantId!), answer => answer.status === 200, { withinMs: 10_000 })
})
