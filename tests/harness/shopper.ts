import type { Cart } from '../../shared/schemas/cart.ts'
import type { Checkout, Order } from '../../shared/schemas/orders.ts'
import type { Problem } from '../../shared/schemas/problem.ts'

/** What comes back, or a problem: tests look at the status first. */
export type Maybe<T> = T & Omit<Problem, keyof T>

export interface Answer<T> { status: number, body: T, headers: Headers }

export const anAddress = { name: 'Ada Byron', line1: '12 St James’s Square', city: 'London', postcode: 'SW1Y 4JH', country: 'GB' }

/** A client with one cookie, as a browser is; speaks JSON. */
export class TestShopper {
  cookie = ''
  baseUrl: string

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl
  }

  async request<T = unknown>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(this.cookie && { cookie: this.cookie }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    })
    for (const set of response.headers.getSetCookie()) {
      const pair = set.split(';')[0]!
      this.cookie = pair.endsWith('=') ? '' : pair
    }
    const text = await response.text()
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T, headers: response.headers }
  }

  get<T>(path: string, headers?: Record<string, string>) {
    return this.request<T>('GET', path, undefined, headers)
  }

  add(variantId: string, quantity = 1) {
    return this.request<Maybe<Cart>>('POST', '/api/cart/items', { variantId, quantity })
  }

  checkout() {
    return this.request<Maybe<Checkout>>('POST', '/api/checkout')
  }

  pay(checkoutId: string, { paymentMethod = 'pm_card_visa', key = crypto.randomUUID(), email = 'ada@example.com', shippingMethod = 'standard' }: { paymentMethod?: string, key?: string, email?: string, shippingMethod?: string } = {}) {
    return this.request<Maybe<Order>>('POST', '/api/orders', { checkoutId, email, address: anAddress, shippingMethod, paymentMethod }, { 'idempotency-key': `"${key}"` })
  }

  /** Adds, checks out and pays. */
  async buy(variantId: string, options: Parameters<TestShopper['pay']>[1] = {}) {
    await this.add(variantId)
    const { body } = await this.checkout()
    return this.pay(body.id, options)
  }
}

/** Asks again until the answer fits; the wait is for another process to have done its work. */
export async function until<T>(ask: () => Promise<T>, fits: (value: T) => boolean, { withinMs = 20_000, everyMs = 50 } = {}): Promise<T> {
  const end = performance.now() + withinMs
  let last: T | undefined
  for (;;) {
    const over = performance.now() > end
    try {
      last = await ask()
      if (fits(last)) return last
    }
    catch (error) {
      // The test's own door to the database is late as well on a busy machine.
      if (over || (error as { code?: string }).code !== 'platform/database-unavailable') throw error
    }
    if (over) throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(last)?.slice(0, 600)}`)
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
}
