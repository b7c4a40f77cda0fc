import { findPayment, keepIntent, moveToState, type Payment } from './db/queries.ts'
import type { Intent } from './gateway.ts'
import { creationOf, mustBeTheSame, outcomeOf, type PaymentDeps, type PaymentOutcome } from './payment-outcome.ts'

/**
 * Gives a payment up at the gateway first, and only then here. Whoever comes first decides: what was captured meanwhile is
 * captured, and the answer says so; what the bank is still processing stays pending.
 * @throws {AppError} 500 `payments/amount-mismatch`, which people must look at
 */
export async function abandonPayment({ database, gateway }: PaymentDeps, orderId: string): Promise<PaymentOutcome> {
  const payment = await database.fresh(db => findPayment(db, orderId))
  if (!payment) return { kind: 'refused' }
  const outcome = outcomeOf(payment)
  if (outcome && payment.state !== 'abandoned') return outcome
  const intent = await findIntent(payment)
  if (!intent) return { kind: 'pending' }
  if (intent.status === 'captured') {
    mustBeTheSame(payment, intent)
    return end('captured')
  }
  if (intent.status === 'processing') return { kind: 'pending' }
  return intent.status === 'cancelled' || await cancel(intent) ? end('voided') : { kind: 'pending' }

  /** By its id, or, when the answer to its creation was lost, by the key. Null when the gateway does not tell. */
  async function findIntent({ intentId, ...rest }: Payment): Promise<Intent | null> {
    try {
      if (intentId) return await gateway.retrieve(intentId)
      const found = await gateway.create(creationOf(rest))
      await database.fresh(db => keepIntent(db, orderId, found.id))
      return found
    }
    catch {
      return null
    }
  }

  async function cancel(intent: Intent): Promise<boolean> {
    try {
      return (await gateway.cancel(intent.id, { key: `order-${orderId}-cancel` })).status === 'cancelled'
    }
    catch {
      return false
    }
  }

  /** A rival may have moved it since: what the books say now is the answer. */
  async function end(state: 'captured' | 'voided'): Promise<PaymentOutcome> {
    await database.fresh(db => moveToState(db, payment!, state))
    const now = await database.fresh(db => findPayment(db, orderId))
    return outcomeOf(now!) ?? { kind: 'pending' }
  }
}
