import { afterAll, describe, expect, test } from 'vitest'
import type { Order, OrderEventView } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
afterAll(shop.close)

type Message = OrderEventView & { lsn: string }

/** Reads a stream of server-sent events until `enough`. */
async function follow(path: string, headers: Record<string, string>, enough: (messages: Message[]) => boolean): Promise<Message[]> {
  const leave = new AbortController()
  const response = await fetch(`${shop.url}${path}`, { headers, signal: AbortSignal.any([leave.signal, AbortSignal.timeout(30_000)]) })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const messages: Message[] = []
  let rest = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const data = /^data: ?(.+)$/m.exec(block)?.[1]
      if (data) messages.push(JSON.parse(data) as Message)
    }
    if (enough(messages)) break
  }
  leave.abort()
  return messages
}

describe('an order that is being watched', () => {
  test('tells each step as it happens, in order, with a position to read after', async () => {
    const [variantId] = await addProduct(shop.database, product(`live-${crypto.randomUUID()}`))
    const shopper = shop.shopper()
    const { body } = await shopper.buy(variantId!)
    const messages = await follow(`/api/orders/${body.id}/events`, { cookie: shopper.cookie }, seen => seen.some(message => message.status === 'delivered'))
    expect(messages.map(message => message.status)).toEqual(['pending', 'paid', 'fulfilling', 'shipped', 'delivered'])
    for (const { lsn, status } of messages.slice(-1)) {
      const told = await shopper.get<Order>(`/api/orders/${body.id}`, { 'x-read-after': lsn })
      expect(told.body.status).toBe(status)
    }
  })

  test('resumes after the last step that was seen, and sends none twice', async () => {
    const [variantId] = await addProduct(shop.database, product(`resume-${crypto.randomUUID()}`))
    const shopper = shop.shopper()
    const { body } = await shopper.buy(variantId!)
    await shop.settled()
    const first = await follow(`/api/orders/${body.id}/events?token=${body.token}`, {}, seen => seen.length >= 2)
    await shop.untilStatus(shopper, body.id, 'delivered')
    const rest = await follow(`/api/orders/${body.id}/events?token=${body.token}`, { 'last-event-id': first[1]!.id }, seen => seen.some(message => message.status === 'delivered'))
    expect([...first.slice(0, 2), ...rest].map(message => message.status)).toEqual(['pending', 'paid', 'fulfilling', 'shipped', 'delivered'])
  })

  test('is nobody else\'s to watch', async () => {
    const [variantId] = await addProduct(shop.database, product(`watch-${crypto.randomUUID()}`))
    const { body } = await shop.shopper().buy(variantId!)
    expect((await fetch(`${shop.url}/api/orders/${body.id}/events`)).status).toBe(404)
    expect((await fetch(`${shop.url}/api/orders/${body.id}/events?token=${'a'.repeat(43)}`)).status).toBe(404)
  })
})
