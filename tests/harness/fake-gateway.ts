import { DeclinedError, GatewayBusyError, GatewayUnreachableError, type Intent, type PaymentGateway } from '../../server/payments/gateway.ts'

type Operation = 'create' | 'confirm' | 'capture' | 'cancel' | 'refund' | 'retrieve'
interface Kept extends Intent { capturedMinor: number, refundedMinor: number }

/** What became of a call: it never came, or it took effect and its answer was lost. */
export type Mishap = 'unreachable' | 'answer-lost'

export interface FakeGateway extends Pick<PaymentGateway, Operation> {
  /** Each call that arrived, in order, as `confirm`. */
  calls: Operation[]
  /** Its own books: what it took and gave back. */
  ledger(): { orderId: string, capturedMinor: number, refundedMinor: number }[]
  capturesOf(orderId: string): number
  refundedOf(orderId: string): number
  /** Lets the next call of this kind go wrong. */
  goWrong(operation: Operation, mishap: Mishap): void
}

/**
 * A payment gateway in memory that keeps Stripe's promises: one key is one effect and one answer, a key in use is busy, an
 * intent is captured once, what was captured cannot be cancelled, and no more goes back than came.
 */
export function fakeGateway(): FakeGateway {
  const intents = new Map<string, Kept>()
  const answers = new Map<string, Intent | undefined | Error>()
  const busy = new Set<string>()
  const mishaps = new Map<Operation, Mishap[]>()
  const calls: Operation[] = []
  const of = (id: string) => {
    const intent = intents.get(id)
    if (!intent) throw new Error(`no such intent: ${id}`)
    return intent
  }

  async function arrive<T extends Intent | undefined>(operation: Operation, key: string | null, effect: () => T): Promise<T> {
    const mishap = mishaps.get(operation)?.shift()
    if (mishap === 'unreachable') throw new GatewayUnreachableError('refused')
    calls.push(operation)
    if (key !== null && busy.has(key)) throw new GatewayBusyError()
    if (key !== null) busy.add(key)
    try {
      // Another event of the process may come between a question and its effect, as on a network.
      await new Promise(setImmediate)
      const known = key === null ? undefined : answers.get(key)
      const answer = known ?? await Promise.resolve().then(effect).catch((error: Error) => error)
      if (key !== null) answers.set(key, answer instanceof Error ? answer : answer && { ...answer })
      if (mishap === 'answer-lost') throw new Error('socket hang up')
      if (answer instanceof Error) throw answer
      return answer as T
    }
    finally {
      if (key !== null) busy.delete(key)
    }
  }

  return {
    calls,
    ledger: () => [...intents.values()].map(({ orderId, capturedMinor, refundedMinor }) => ({ orderId: orderId ?? '', capturedMinor, refundedMinor })),
    capturesOf: orderId => [...intents.values()].filter(intent => intent.orderId === orderId && intent.capturedMinor > 0).length,
    refundedOf: orderId => [...intents.values()].filter(intent => intent.orderId === orderId).reduce((sum, intent) => sum + intent.refundedMinor, 0),
    goWrong: (operation, mishap) => void mishaps.set(operation, [...mishaps.get(operation) ?? [], mishap]),
    create: ({ orderId, amountMinor, currency, key }) => arrive('create', key, () => {
      const intent: Kept = { id: `pi_${crypto.randomUUID()}`, status: 'open', amountMinor, currency, orderId, declineReason: null, capturedMinor: 0, refundedMinor: 0 }
      intents.set(intent.id, intent)
      return { ...intent }
    }),
    confirm: (id, { paymentMethod, key }) => arrive('confirm', key, () => {
      const intent = of(id)
      if (intent.status !== 'open') throw new Error(`cannot confirm: ${intent.status}`)
      if (paymentMethod === 'pm_card_chargeDeclined') {
        intent.declineReason = 'Your card was declined.'
        throw new DeclinedError(intent.declineReason)
      }
      intent.status = 'authorised'
      return { ...intent }
    }),
    capture: (id, { key }) => arrive('capture', key, () => {
      const intent = of(id)
      if (intent.status !== 'authorised') throw new Error(`cannot capture: ${intent.status}`)
      intent.status = 'captured'
      intent.capturedMinor = intent.amountMinor
      return { ...intent }
    }),
    cancel: (id, { key }) => arrive('cancel', key, () => {
      const intent = of(id)
      if (intent.status === 'captured') throw new Error('cannot cancel: captured')
      intent.status = 'cancelled'
      return { ...intent }
    }),
    async refund(id, { amountMinor, key }) {
      await arrive('refund', key, () => {
        const intent = of(id)
        if (intent.refundedMinor + amountMinor > intent.capturedMinor) throw new Error('more than was captured')
        intent.refundedMinor += amountMinor
        return { ...intent }
      })
    },
    retrieve: id => arrive('retrieve', null, () => ({ ...of(id) })),
  }
}
