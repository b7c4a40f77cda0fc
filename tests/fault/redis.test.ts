import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inArray } from 'drizzle-orm'
import { mails } from '../../server/notifications/db/tables.ts'
import type { SessionAnswer } from '../../shared/schemas/auth.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { Redis } from 'ioredis'
import { addProduct, product } from '../harness/fixtures.ts'
import { type Answer, type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ env: { RATE_LIMITS: 'on', QUEUE_LOCK_MS: '3000', OUTBOX_LOST_AFTER_MS: '4000' }, sandbox: { CARRIER_STEP_MS: '300' } })
})
afterAll(() => stack?.stop())
const shopper = () => new TestShopper(stack.urls[0]!)
const connect = (url: string) => new Redis(url).on('error', () => {})

describe('the cache', () => {
  test('when it is frozen, then twenty requests wait for one timeout together, not each part of each for its own', async () => {
    await fetch(`${stack.urls[0]}/api/products?limit=1`)
    stack.cache!.freeze()
    try {
      const redisMs: number[] = []
      for (let price = 0; price < 20; price++) {
        const answer = await fetch(`${stack.urls[0]}/api/products?limit=1&minPrice=${price}`)
        expect(answer.status).toBe(200)
        redisMs.push(Number(/redis;dur=([\d.]+)/.exec(answer.headers.get('server-timing') ?? '')?.[1] ?? 0))
      }
      expect(redisMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(250)
      expect(redisMs.filter(ms => ms > 50).length).toBeLessThanOrEqual(1)
    }
    finally {
      stack.cache!.resume()
    }
  })

  test('when it is flushed, then who was logged in still is', async () => {
    const one = shopper()
    await one.request('POST', '/api/auth/register', { email: `flush-${crypto.randomUUID()}@example.com`, password: 'a long password', name: 'Flo' })
    const redis = connect(stack.cache!.url)
    await redis.flushall()
    redis.disconnect()
    expect((await one.get<SessionAnswer>('/api/auth/session')).body.user?.name).toBe('Flo')
  })

  test('a corrupt entry is a miss', async () => {
    const redis = connect(stack.cache!.url)
    const keys = await until(async () => {
      await fetch(`${stack.urls[0]}/api/categories`)
      return redis.keys('*categories*')
    }, found => found.length > 0)
    for (const key of keys) await redis.set(key, '{"value":{"bo')
    expect((await fetch(`${stack.urls[0]}/api/categories`)).status).toBe(200)
    redis.disconnect()
  })

  test('when it is killed, then pages are answered from the database and log-in is still limited', async () => {
    await stack.cache!.kill()
    try {
      expect((await fetch(`${stack.urls[0]}/api/products?limit=2&minPrice=77`)).status).toBe(200)
      const answers = await Promise.all(Array.from({ length: 40 }, () => shopper().request('POST', '/api/auth/login', { email: 'nobody@example.com', password: 'wrong password' })))
      expect(answers.filter(answer => answer.status === 401).length).toBeLessThanOrEqual(21)
      expect(answers.filter(answer => answer.status === 429).every(answer => Number(answer.headers.get('retry-after')) >= 1)).toBe(true)
    }
    finally {
      await stack.cache!.start()
    }
  })
})

/** Buys; a database that the machine holds up says nothing of the queue, and is asked again. */
async function buyPatiently(one: TestShopper, variantId: string) {
  const patiently = <T>(ask: () => Promise<Answer<Maybe<T>>>) => until(ask, ({ body }) => (body as { code?: string }).code !== 'platform/database-unavailable', { everyMs: 500 })
  const added = await patiently(() => one.add(variantId))
  expect(added.status, JSON.stringify(added.body)).toBe(200)
  const checkout = await patiently(() => one.checkout())
  expect(checkout.status, JSON.stringify(checkout.body)).toBe(201)
  const key = crypto.randomUUID()
  return patiently(() => one.pay(checkout.body.id, { key }))
}

describe('the queue', () => {
  test.each(['killed', 'frozen', 'flushed'] as const)('when it is %s, then orders are taken, and every effect comes once when it is back', async (how) => {
    const [variantId] = await addProduct(stack.database, product(`queue-${how}`))
    const before = shopper()
    await buyPatiently(before, variantId!)
    const shoppers = [shopper(), shopper(), shopper()]
    let orders: Awaited<ReturnType<typeof buyPatiently>>[]
    if (how === 'killed') await stack.queue!.kill()
    if (how === 'frozen') stack.queue!.freeze()
    try {
      orders = await Promise.all(shoppers.map(one => buyPatiently(one, variantId!)))
      if (how === 'flushed') {
        const redis = connect(stack.queue!.url)
        await redis.flushall()
        redis.disconnect()
      }
    }
    finally {
      if (how === 'killed') await stack.queue!.start()
      if (how === 'frozen') stack.queue!.resume()
    }
    expect(orders.map(answer => answer.status)).toEqual([201, 201, 201])
    await Promise.all(shoppers.map((one, index) => until(() => one.get<Order>(`/api/orders/${orders[index]!.body.id}`), answer => answer.body.status === 'delivered', { withinMs: 90_000 })))
    const subjects = orders.map(answer => `We have your order · ${answer.body.number}`)
    const sent = await until(() => stack.database.fresh(db => db.select({ subject: mails.subject }).from(mails).where(inArray(mails.subject, subjects))), found => found.length >= subjects.length, { withinMs: 90_000 })
    expect(sent.map(mail => mail.subject).sort()).toEqual(subjects.sort())
  }, 150_000)
})
