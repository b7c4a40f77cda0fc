import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { anAddress } from './shopper.ts'
import type { Stack } from './stack.ts'

export interface Reply { status: number, body: { id: string, code: string, status: string, totalMinor: number } }

/** A buyer with one cookie, whose connections are kept open: the client is not what is measured. */
export interface Buyer {
  ask(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Reply>
  /** How often it was told to come back later, and how often a connection was refused or lost. */
  readonly toldToWait: number
}

/** A crowd's shared connections to the web processes. */
export function crowd(urls: readonly string[], connections = 250) {
  const agents = urls.map(() => new Agent({ keepAlive: true, maxSockets: connections }))
  return {
    close: () => agents.forEach(agent => agent.destroy()),
    buyer(index: number): Buyer {
      const place = index % urls.length
      let cookie = ''
      let toldToWait = 0
      const once = (method: string, path: string, text: string | undefined, headers: Record<string, string>) => new Promise<Reply & { retryAfterS: number }>((resolve, reject) => {
        const asked = request(`${urls[place]}${path}`, { method, agent: agents[place], headers: { ...(cookie && { cookie }), ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers } }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            for (const set of response.headers['set-cookie'] ?? []) cookie = set.split(';')[0]!
            resolve({ status: response.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Reply['body'], retryAfterS: Number(response.headers['retry-after'] ?? 0) })
          })
        })
        asked.once('error', reject)
        asked.end(text)
      })
      return {
        get toldToWait() { return toldToWait },
        async ask(method, path, body, headers = {}) {
          for (;;) {
            const reply = await once(method, path, body && JSON.stringify(body), headers)
            if (reply.status !== 503 && reply.status !== 429 && reply.body.code !== 'orders/still-running') return reply
            toldToWait += 1
            if (toldToWait > 100) throw new Error(`told to wait ${toldToWait} times, last with ${reply.status} ${reply.body.code}`)
            await pause(Math.max(200, Math.min(1_000, reply.retryAfterS * 1_000)))
          }
        },
      }
    },
  }
}

export type WantOutcome = { kind: 'bought', orderId: string, totalMinor: number } | { kind: 'sold out', code: string }

const clearRefusals = new Set(['orders/out-of-stock', 'orders/cart-empty'])

/** Somebody who wants one: into the cart, to the checkout, and to pay. @throws when an answer is neither an order nor a clear refusal */
export async function want(buyer: Buyer, variantId: string): Promise<WantOutcome> {
  const refusalIn = ({ status, body }: Reply) => status === 409 && clearRefusals.has(body.code) ? body.code : null
  const added = await buyer.ask('POST', '/api/cart/items', { variantId, quantity: 1 })
  if (refusalIn(added)) return { kind: 'sold out', code: added.body.code }
  const checkout = await buyer.ask('POST', '/api/checkout')
  if (refusalIn(checkout)) return { kind: 'sold out', code: checkout.body.code }
  if (checkout.status !== 201) throw new Error(`checkout: ${checkout.status} ${checkout.body.code}`)
  const key = { 'idempotency-key': `"${crypto.randomUUID()}"` }
  const order = { checkoutId: checkout.body.id, email: 'buyer@example.com', address: anAddress, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }
  for (let attempt = 0; attempt < 100; attempt++) {
    const paid = await buyer.ask('POST', '/api/orders', order, key)
    if (paid.status === 201) return { kind: 'bought', orderId: paid.body.id, totalMinor: paid.body.totalMinor }
    if (paid.status !== 202) throw new Error(`order: ${paid.status} ${paid.body.code}`)
    await pause(300)
  }
  throw new Error('the payment was never confirmed')
}

/** All at once, half of them on either web process. */
export async function rushOf(buyers: number, variantId: string, urls: Stack['urls']) {
  const everybody = crowd(urls)
  try {
    const people = Array.from({ length: buyers }, (_, index) => everybody.buyer(index))
    const outcomes = await Promise.all(people.map(buyer => want(buyer, variantId)))
    return { outcomes, toldToWait: people.reduce((sum, buyer) => sum + buyer.toldToWait, 0) }
  }
  finally {
    everybody.close()
  }
}
