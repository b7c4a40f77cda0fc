import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Order } from '../../shared/schemas/orders.ts'
import type { ProductDetail, ProductList } from '../../shared/schemas/products.ts'
import { copyProject, untilOpen } from '../harness/demo-copy.ts'
import { type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { freePort } from '../harness/stack.ts'

let copy: ReturnType<typeof copyProject>
beforeAll(() => {
  copy = copyProject()
})
afterAll(() => copy?.remove())

describe('npm run demo', () => {
  test('opens a whole shop for an account without rights, keeps its orders, and leaves nothing running however it ends', async () => {
    const port = await freePort()
    const shopper = new TestShopper(`http://127.0.0.1:${port}`)

    const first = copy.start(port)
    await untilOpen(first)
    expect(first.output()).toContain('is that of the present sources')
    expect(first.output()).toContain(`http://localhost:${port} `)
    const { body: { items } } = await shopper.get<ProductList>('/api/products?inStock=1&limit=1')
    const { body: product } = await shopper.get<ProductDetail>(`/api/products/${items[0]!.slug}`)
    const { status, body: order } = await shopper.buy(product.variants.find(variant => variant.inStock)!.id)
    expect(status).toBe(201)
    const read = () => shopper.get<Maybe<Order>>(`/api/orders/${order.id}`)
    await until(read, answer => ['fulfilling', 'shipped', 'delivered'].includes(answer.body.status), { withinMs: 60_000 })
    process.kill(copy.launcher()!, 'SIGKILL')
    await copy.untilGone()

    const second = copy.start(port)
    await untilOpen(second)
    expect((await read()).body).toMatchObject({ number: order.number, totalMinor: order.totalMinor })
    second.npm.kill('SIGKILL')
    await copy.untilGone()

    const third = copy.start(port)
    await untilOpen(third)
    expect((await read()).status).toBe(200)
    third.npm.kill('SIGTERM')
    await copy.untilGone()
  }, 400_000)
})
