// Prevents: a second charge when a client repeats a request whose answer was lost.
// Guarantees: one key, one piece of work, for 24 hours. The answer is committed with the work, so a repeat gets the same status
// and body, errors included once work had begun. Other parameters under the key are refused, and so is a concurrent repeat.
// Source: Stripe's "Idempotent requests", https://docs.stripe.com/api/idempotent_requests
import { createHash } from 'node:crypto'
import type { Answer, Call } from '../http.ts'
import { json } from '../http.ts'
import { GatewayError } from './errors.ts'
import type { PaymentStore } from './records.ts'

const lifetimeMs = 24 * 60 * 60 * 1_000

/** The key of a call; GETs and calls without the header have none. @throws GatewayError 400 over 255 characters */
export function idempotencyKey(call: Call): string | null {
  const key = call.headers['idempotency-key']
  if (call.method !== 'POST' || typeof key !== 'string' || key === '') return null
  if (key.length > 255) throw new GatewayError(400, { type: 'invalid_request_error', message: 'Idempotency keys have at most 255 characters.' }, false)
  return key
}

/** Keys at work in this process. `claim` gives the release, or the 409 when the key is taken. */
export function createKeyLocks() {
  const taken = new Set<string>()
  return (key: string): Answer | (() => void) => {
    if (taken.has(key)) {
      return json(409, { error: {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Idempotency-Key: ${key}.`,
      } })
    }
    taken.add(key)
    return () => void taken.delete(key)
  }
}

/**
 * Runs `work` once for a key, within one commit; a repeat gets the stored answer with `Idempotent-Replayed: true`.
 * @throws GatewayError 400 idempotency_error when the key came with another path or other parameters
 */
export function once(store: PaymentStore, key: string | null, call: Call, nowMs: number, work: () => Answer): Answer {
  if (key === null) return store.commit(work)
  const fingerprint = createHash('sha256').update(`${call.method} ${call.path}\n${canonical(call.raw)}`).digest('hex')
  const stored = store.get('answers', key)
  if (stored && nowMs - stored.createdMs < lifetimeMs) {
    if (stored.fingerprint !== fingerprint) throw reused(key)
    return { status: stored.status, headers: { 'content-type': 'application/json; charset=utf-8', 'idempotent-replayed': 'true' }, body: stored.body }
  }
  return store.commit(() => {
    const answer = settled(store, work)
    store.put('answers', { id: key, fingerprint, createdMs: nowMs, status: answer.status, body: String(answer.body) })
    return answer
  })
}

/** A refusal after work began is an answer like any other; before that it is none, and the key stays free. */
function settled(store: PaymentStore, work: () => Answer): Answer {
  try {
    return store.commit(work)
  }
  catch (error) {
    if (error instanceof GatewayError && error.executed) return error.toAnswer()
    throw error
  }
}

function canonical(raw: string): string {
  return [...new URLSearchParams(raw)].map(([name, value]) => JSON.stringify([name, value])).sort().join('\n')
}

function reused(key: string): GatewayError {
  return new GatewayError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same endpoint and parameters they were first used with. Try another key than '${key}'.`,
  }, false)
}
