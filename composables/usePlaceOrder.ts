import type { Order, PlaceOrderBody } from '#shared/schemas/orders'
import type { Problem } from '#shared/schemas/problem'

const slot = 'order-attempt'
interface Attempt { key: string, body: PlaceOrderBody }

type Placing
  = | { outcome: 'placed', order: Order }
    | { outcome: 'declined' | 'rejected', error: { statusCode: number, data: Partial<Problem> } }
    | { outcome: 'unknown', error: { statusCode?: number, data?: Partial<Problem> }, retryAfterMs: number }

/** A version 4 UUID; `crypto.randomUUID` is missing on a plain-HTTP origin. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * Prevents a second order from a double click, a reload or a retry: the key and the exact body of a try stay in the
 * tab's storage until the server has said what became of it, and everything until then repeats that same try.
 * @pattern idempotency-key
 */
export function usePlaceOrder() {
  /** The try whose end is not known yet, also from before a reload. */
  function unfinished(): Attempt | null {
    const stored = sessionStorage.getItem(slot)
    return stored ? JSON.parse(stored) as Attempt : null
  }

  /** The try has come to its end, and the shopper knows. */
  function forget() {
    sessionStorage.removeItem(slot)
  }

  function begin(body: PlaceOrderBody): Attempt {
    const before = unfinished()
    if (before && JSON.stringify(before.body) === JSON.stringify(body)) return before
    const attempt = { key: uuid(), body }
    sessionStorage.setItem(slot, JSON.stringify(attempt))
    return attempt
  }

  /** Sends a try, or sends it again. A 409 that asks to come back, a 429, a 5xx or silence leave its end unknown. */
  async function send({ key, body }: Attempt): Promise<Placing> {
    let answer: Response
    try {
      answer = await fetch('/api/orders', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      })
    }
    catch {
      return { outcome: 'unknown', error: {}, retryAfterMs: 2000 }
    }
    const data: unknown = await answer.json().catch(() => ({}))
    const error = { statusCode: answer.status, data: data as Partial<Problem> }
    const retryAfter = Number(answer.headers.get('retry-after'))
    // The end of this try: nothing was charged, and its key will never get another answer.
    const refused = error.data.code === 'payments/gateway-unavailable'
    if ((answer.status >= 500 && !refused) || answer.status === 429 || (answer.status === 409 && retryAfter > 0)) {
      return { outcome: 'unknown', error, retryAfterMs: Math.min(60, retryAfter || 3) * 1000 }
    }
    // Kept until the order's page has opened: a reload before that asks again with the same key, and finds the order.
    if (answer.ok) return { outcome: 'placed', order: data as Order }
    forget()
    return { outcome: answer.status === 402 || refused ? 'declined' : 'rejected', error }
  }
  return { begin, forget, send, unfinished }
}
