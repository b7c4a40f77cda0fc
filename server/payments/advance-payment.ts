/**
 * Takes a payment one step further from wherever it stands, as often as anybody asks: the shopper's request, a
 * webhook, or the worker after a crash.
 *
 * Prevents: charging twice, and keeping or losing money because an answer was lost.
 * Guarantees: an intent is created before it is confirmed, and the wish to confirm is written before the bank is asked, so
 * that whoever looks later asks before it does anything; each step carries a key derived from the order; silence is
 * unknown, not failed. At most one intent an order is ever captured.
 *
 * @pattern payment-saga
 */
import { racePoint } from '../platform/race-points.ts'
import { findPayment, moveToState, type Payment } from './db/queries.ts'
import { DeclinedError, GatewayBusyError, GatewayTimeoutError, GatewayUnreachableError, type Intent } from './gateway.ts'
import { creationOf, mustBeTheSame, outcomeOf, type PaymentDeps, type PaymentOutcome } from './payment-outcome.ts'

/** More steps than any payment has; one that still moves then is looked at again later. */
const maxSteps = 8
/** Longer than a call to the gateway may last: until then, whoever wrote `confirming` may be at work. */
const atWorkMs = 5_000
const challengeReason = 'The bank wants to see this card in person. Please use another one.'

type Step = 'look-again' | 'wait'

/** @throws {AppError} 500 `payments/amount-mismatch`, which people must look at */
export async function advancePayment({ database, gateway }: PaymentDeps, orderId: string): Promise<PaymentOutcome> {
  for (let step = 0; step < maxSteps; step++) {
    const payment = await database.fresh(db => findPayment(db, orderId))
    if (!payment) return { kind: 'pending' }
    const outcome = outcomeOf(payment)
    if (outcome) return outcome
    if (await takeStep(payment) === 'wait') return { kind: 'pending' }
  }
  return { kind: 'pending' }

  function takeStep(payment: Payment): Promise<Step> {
    const { intentId } = payment
    if (payment.state === 'new' || !intentId) return create(payment)
    if (payment.state === 'created') return confirmFirst(payment, intentId)
    if (payment.state === 'confirming') return askThenConfirm(payment, intentId)
    return capture(payment, intentId)
  }

  /** Money cannot move before the confirmation: only a call that may still be running there is worth waiting for. */
  async function create(payment: Payment): Promise<Step> {
    let intent: Intent
    try {
      intent = await gateway.create(creationOf(payment))
    }
    catch (error) {
      if (error instanceof GatewayTimeoutError || error instanceof GatewayBusyError) return 'wait'
      return record(payment, 'abandoned')
    }
    mustBeTheSame(payment, intent)
    await racePoint('intent-created')
    return record(payment, 'created', { intentId: intent.id })
  }

  /** Whoever writes `confirming` is the only one who has asked the bank: for them alone "unreachable" is certain. */
  async function confirmFirst(payment: Payment, intentId: string): Promise<Step> {
    const confirming = { ...payment, state: 'confirming' as const }
    if (!await database.fresh(db => moveToState(db, payment, 'confirming'))) return 'look-again'
    return confirm(confirming, intentId, () => record(confirming, 'abandoned'))
  }

  /** An earlier try may have been heard: asks what became of it, and tries again only when nothing has. */
  async function askThenConfirm(payment: Payment, intentId: string): Promise<Step> {
    const intent = await ask(intentId)
    if (!intent) return 'wait'
    if (!isUntried(intent)) return learn(payment, intent)
    if (payment.ageMs < atWorkMs) return 'wait'
    return confirm(payment, intentId, async () => 'wait')
  }

  async function confirm(payment: Payment, intentId: string, onUnreachable: () => Promise<Step>): Promise<Step> {
    let intent: Intent
    try {
      intent = await gateway.confirm(intentId, { paymentMethod: payment.paymentMethod, key: `order-${orderId}-confirm` })
    }
    catch (error) {
      if (error instanceof GatewayBusyError) return 'wait'
      if (error instanceof DeclinedError) return record(payment, 'declined', { declineReason: error.message })
      return error instanceof GatewayUnreachableError ? onUnreachable() : settleUnknown(payment, intentId)
    }
    await racePoint('payment-confirmed')
    return learn(payment, intent)
  }

  async function capture(payment: Payment, intentId: string): Promise<Step> {
    let intent: Intent
    try {
      intent = await gateway.capture(intentId, { key: `order-${orderId}-capture` })
    }
    catch (error) {
      if (error instanceof GatewayBusyError || error instanceof GatewayUnreachableError) return 'wait'
      // The hold may still stand, so that it is voided and not only forgotten.
      if (error instanceof DeclinedError) return record(payment, 'abandoned', { declineReason: error.message })
      return settleUnknown(payment, intentId)
    }
    await racePoint('payment-captured')
    return learn(payment, intent)
  }

  /** No answer came: asks what happened, and waits when that is still unknown. */
  async function settleUnknown(payment: Payment, intentId: string): Promise<Step> {
    const intent = await ask(intentId)
    return !intent || isUntried(intent) ? 'wait' : learn(payment, intent)
  }

  async function ask(intentId: string): Promise<Intent | null> {
    try {
      return await gateway.retrieve(intentId)
    }
    catch {
      return null
    }
  }

  function learn(payment: Payment, intent: Intent): Promise<Step> {
    mustBeTheSame(payment, intent)
    switch (intent.status) {
      case 'captured': return record(payment, 'captured')
      case 'authorised': return payment.state === 'authorised' ? Promise.resolve('wait') : record(payment, 'authorised')
      case 'cancelled': return record(payment, 'voided')
      // The bank captures by itself, or declines, and tells.
      case 'processing': return Promise.resolve('wait')
      // The holder could still agree on the bank's page, so that this one must be voided.
      case 'challenged': return record(payment, 'abandoned', { declineReason: challengeReason })
      case 'open': return record(payment, 'declined', { declineReason: intent.declineReason ?? 'The card was declined.' })
    }
  }

  async function record(payment: Payment, state: Payment['state'], fields: { intentId?: string, declineReason?: string } = {}): Promise<Step> {
    await database.fresh(db => moveToState(db, payment, state, fields))
    return 'look-again'
  }
}

const isUntried = (intent: Intent) => intent.status === 'open' && !intent.declineReason
