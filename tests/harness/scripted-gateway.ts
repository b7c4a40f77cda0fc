import type { Intent } from '../../server/payments/gateway.ts'
import type { PaymentDeps } from '../../server/payments/payment-outcome.ts'

type Gateway = PaymentDeps['gateway']
type Call = 'create' | 'confirm' | 'capture' | 'retrieve' | 'cancel'
/** What a call ends with after its work is done: an error is an answer that was lost, or a refusal. */
type Ending = Error | (() => Promise<void>) | undefined

interface Behaviour {
  amountMinor?: number
  /** What a confirmation makes of an intent. */
  confirmed?: Intent['status']
  /** Calls that never reach it: their errors come without the work. */
  unheard?: Call[]
  /** How many calls end with their error; all of them unless told otherwise. */
  failures?: number
}

/**
 * A gateway in memory that keeps one intent for each key, does its work and then ends each call as `script` says. `intent` is
 * the first one; `calls` and `keys` are what it was asked.
 */
export function scriptedGateway(script: Partial<Record<Call, Ending>> = {}, { amountMinor = 1_000, confirmed = 'authorised', unheard = [], failures = Infinity }: Behaviour = {}) {
  const first: Intent = { id: `pi_${crypto.randomUUID()}`, status: 'open', amountMinor, currency: 'GBP', orderId: null, declineReason: null }
  const byKey = new Map<string, Intent>()
  const calls: Call[] = []
  const keys: Partial<Record<Call, string[]>> = {}
  let failed = 0

  async function answer(call: Call, intent: Intent, key: string | null, work: () => void): Promise<Intent> {
    calls.push(call)
    if (key) (keys[call] ??= []).push(key)
    const ending = script[call]
    if (!(ending instanceof Error && unheard.includes(call))) work()
    if (ending instanceof Error && ++failed <= failures) throw ending
    if (typeof ending === 'function') await ending()
    return { ...intent }
  }
  const find = (id: string) => [...byKey.values()].find(intent => intent.id === id) ?? first
  const moveTo = (intent: Intent, status: Intent['status']) => () => {
    intent.status = status
  }

  const gateway: Gateway = {
    create({ key }) {
      const intent = byKey.get(key) ?? (byKey.size === 0 ? first : { ...first, id: `pi_${crypto.randomUUID()}`, status: 'open' as const })
      return answer('create', intent, key, () => byKey.set(key, intent))
    },
    confirm: (id, { key }) => answer('confirm', find(id), key, moveTo(find(id), confirmed)),
    capture: (id, { key }) => answer('capture', find(id), key, moveTo(find(id), 'captured')),
    cancel: (id, { key }) => answer('cancel', find(id), key, moveTo(find(id), 'cancelled')),
    retrieve: id => answer('retrieve', find(id), null, () => {}),
  }
  return { gateway, script, calls, keys, intent: first, captured: () => [...byKey.values()].filter(intent => intent.status === 'captured').length }
}
