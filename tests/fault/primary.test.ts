import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
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
