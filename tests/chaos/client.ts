/** A shopper's browser: one cookie, several web processes to choose from, and a journal of all that it was told. */
import { createHash } from 'node:crypto'
import type { Entry, Journal, Operation, Outcome, Step, Told } from './journal.ts'

const patienceMs = 8_000
/** Refusals with status 503 that promise that nothing was charged; all other 5xx leave it open. */
const definiteRefusals = new Set(['payments/gateway-unavailable'])

export interface Call extends Partial<Pick<Entry, 'key' | 'checkoutId' | 'orderId' | 'variantId' | 'quantity' | 'paymentMethod'>> {
  op: Operation
  method: 'GET' | 'POST'
  path: string
  body?: unknown
  web: number
}

export interface ChaosClient {
  name: string
  /** Calls a web process; what came of it is in the journal by then. */
  ask(call: Call): Promise<Outcome>
  /** Watches an order's event stream for a while. */
  follow(orderId: string, web: number, forMs: number): Promise<void>
  /** Forgets the cookie: somebody else sits down. */
  leave(): void
  readonly cookie: string
}

const sessionOf = (cookie: string): string | null => {
  const token = /^shopper=([^.;]+)/.exec(cookie)?.[1]
  return token ? createHash('sha256').update(token).digest('hex') : null
}

export function chaosClient({ name, urls, journal, cookie: given = '' }: { name: string, urls: readonly string[], journal: Journal, cookie?: string }): ChaosClient {
  let cookie = given

  async function timed(entry: Omit<Entry, 'shopper' | 'session' | 'startMs' | 'endMs' | 'outcome'>, work: () => Promise<Outcome>): Promise<Outcome> {
    const startMs = journal.nowMs()
    const outcome = await work().catch((error: unknown) => outcomeOf(error))
    const session = sessionOf(cookie)
    if (session) journal.cookies.set(session, cookie)
    journal.record({ ...entry, shopper: name, session, startMs, endMs: journal.nowMs(), outcome })
    return outcome
  }

  return {
    name,
    get cookie() { return cookie },
    leave() {
      cookie = ''
    },
    ask({ method, path, body, ...about }) {
      return timed(about, async () => {
        const response = await fetch(`${urls[about.web]}${path}`, {
          method,
          redirect: 'manual',
          headers: { ...(cookie && { cookie }), ...(body !== undefined && { 'content-type': 'application/json' }), ...(about.key && { 'idempotency-key': `"${about.key}"` }) },
          body: body === undefined ? undefined : JSON.stringify(body),
          signal: AbortSignal.timeout(patienceMs),
        })
        const text = await response.text()
        for (const set of response.headers.getSetCookie()) cookie = set.split(';')[0]!
        const told = toldIn(text ? JSON.parse(text) : {})
        if (response.status >= 500 && !definiteRefusals.has(told.code ?? '')) return { kind: 'unknown', why: `status ${response.status}`, told }
        return { kind: 'answer', status: response.status, told }
      })
    },
    async follow(orderId, web, forMs) {
      await timed({ op: 'follow', orderId, web }, async () => {
        const steps: Step[] = []
        const response = await fetch(`${urls[web]}/api/orders/${orderId}/events`, { headers: { cookie }, signal: AbortSignal.timeout(forMs) })
        if (response.status !== 200) return { kind: 'unknown', why: `status ${response.status}` }
        try {
          let text = ''
          for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
            text += chunk
            const messages = text.split('\n\n')
            text = messages.pop()!
            for (const message of messages) if (message.includes('event: message')) steps.push(stepIn(message))
          }
        }
        catch {
          // The stream ended by our own wish or with its process; what was told until then counts.
        }
        return { kind: 'answer', status: 200, told: { id: orderId, steps } }
      })
    },
  }
}

function stepIn(message: string): Step {
  const data = JSON.parse(/^data: (.*)$/m.exec(message)![1]!) as { id?: string, status: string }
  return { id: /^id: (.*)$/m.exec(message)?.[1] ?? data.id ?? '', status: data.status }
}

function outcomeOf(error: unknown): Outcome {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause as Error & { code?: string } : null
  const why = cause?.code ?? cause?.message ?? String(error)
  return why === 'ECONNREFUSED' ? { kind: 'unsent', why } : { kind: 'unknown', why }
}

interface Body { id?: string, code?: string, number?: string, status?: string | number, totalMinor?: number, refundedMinor?: number, lines?: { variantId: string, quantity: number, unitPriceMinor: number }[], events?: Step[], items?: { id: string }[] }

function toldIn({ id, code, number, status, totalMinor, refundedMinor, lines, events, items }: Body): Told {
  return {
    ...(id && { id }),
    ...(code && { code }),
    ...(number && { number }),
    ...(typeof status === 'string' && { status }),
    ...(totalMinor !== undefined && { totalMinor }),
    ...(refundedMinor !== undefined && { refundedMinor }),
    ...(lines && { lines: lines.map(({ variantId, quantity, unitPriceMinor }) => ({ variantId, quantity, unitPriceMinor })) }),
    ...(events && { steps: events.map(({ id: step, status: to }) => ({ id: step, status: to })) }),
    ...(items && { ids: items.map(item => item.id) }),
  }
}
