// Prevents: a receiver that was down for a minute and never learns of the payment.
// Guarantees: at-least-once: each message is sent until it is answered 2xx, with capped exponential backoff; the caller keeps
// what is not yet delivered and hands it in again after a restart. No order is promised, as with the real services.
import type { Faults } from '../faults/registry.ts'
import type { ServiceName } from '../faults/knobs.ts'
import { signatureHeader } from './signature.ts'

const firstRetryMs = 250
const maxRetryMs = 5_000
const attemptTimeoutMs = 5_000
const maxInFlight = 8
const reorderWindowMs = 200

export interface WebhookSender {
  /** Queues a message under the id that `onDelivered` will name. */
  enqueue: (id: string, raw: string) => void
  /** Messages not yet answered 2xx. */
  pending: () => number
  stop: () => void
}

interface Delivery { id: string, raw: string, attempts: number, dueAtMs: number }

interface Options {
  url: string
  secret: string
  /** Name of the header that carries the signature. */
  header: string
  service: ServiceName
  faults: Faults
  onDelivered: (id: string) => void
}

export function createWebhookSender(options: Options): WebhookSender {
  const { faults, service } = options
  const waiting = new Set<Delivery>()
  const inFlight = new Set<Delivery>()
  const stopped = new AbortController()
  let held: Delivery[] = []
  let timer: NodeJS.Timeout | undefined
  let holdTimer: NodeJS.Timeout | undefined

  const attempt = async (delivery: Delivery) => {
    try {
      const response = await fetch(options.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          [options.header]: signatureHeader(delivery.raw, options.secret, Math.floor(Date.now() / 1000)),
        },
        body: delivery.raw,
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(attemptTimeoutMs)]),
      })
      await response.body?.cancel()
      return response.ok
    }
    catch {
      return false
    }
  }

  const deliver = async (delivery: Delivery) => {
    waiting.delete(delivery)
    inFlight.add(delivery)
    const delivered = await attempt(delivery)
    inFlight.delete(delivery)
    if (stopped.signal.aborted) return
    if (delivered) {
      options.onDelivered(delivery.id)
    }
    else {
      const backoffMs = Math.min(maxRetryMs, firstRetryMs * 2 ** delivery.attempts)
      waiting.add({ ...delivery, attempts: delivery.attempts + 1, dueAtMs: Date.now() + backoffMs * (0.5 + Math.random() / 2) })
    }
    pump()
  }

  const pump = () => {
    clearTimeout(timer)
    if (stopped.signal.aborted) return
    const now = Date.now()
    // In reverse order means one by one: two connections at once would arrive in any order.
    const limit = faults.get(service).reorderWebhooks ? 1 : maxInFlight
    const due = [...waiting].sort((left, right) => left.dueAtMs - right.dueAtMs)
    for (const delivery of due) {
      if (inFlight.size >= limit) return
      if (delivery.dueAtMs > now) {
        timer = setTimeout(pump, delivery.dueAtMs - now)
        return
      }
      void deliver(delivery)
    }
  }

  const releaseHeld = () => {
    const now = Date.now()
    held.reverse().forEach((delivery, place) => waiting.add({ ...delivery, dueAtMs: Math.max(now, delivery.dueAtMs) + place }))
    held = []
    holdTimer = undefined
    pump()
  }

  return {
    pending: () => waiting.size + inFlight.size + held.length,
    enqueue(id, raw) {
      const knobs = faults.get(service)
      const copies = faults.roll(service, 'duplicateWebhooks', knobs.duplicateWebhooks) ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        const delivery = { id, raw, attempts: 0, dueAtMs: Date.now() + (knobs.delayWebhooksMs ?? 0) }
        if (knobs.reorderWebhooks) held.push(delivery)
        else waiting.add(delivery)
      }
      if (held.length > 0) holdTimer ??= setTimeout(releaseHeld, reorderWindowMs)
      pump()
    },
    stop() {
      stopped.abort()
      clearTimeout(timer)
      clearTimeout(holdTimer)
    },
  }
}
