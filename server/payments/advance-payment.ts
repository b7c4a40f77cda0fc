/**
 * Takes a payment one step further from wherever it stands, as often as anybody asks: the shopper's request, a
 * webhook, or the worker after a crash.
 *
 * Prevents: charging twice, and keeping or losing money because an answer was lost.
 * Guarantees: an intent is created before it is confirmed, so that once money can move we hold its id and can ask;
 * each step carries a key derived from the order; a timeout is unknown, not failed: the gateway is asked before
 * anything else. At most one intent an order is ever captured.
 *
 * @pattern payment-saga
 */
import { AppError } from '../platform/http/app-error.ts'
import type { Database } from '../platform/db/database.ts'
import { racePoint } from '../platform/race-points.ts'
import { findPayment, moveToState, type Payment } from './db/queries.ts'
import { DeclinedError, GatewayBusyError, GatewayUnreachableError, type Intent, type PaymentGateway } from './gateway.ts'

export type PaymentOutcome
  = | { kind: 'captured' }
    | { kind: 'declined', reason: string }
    /** Surely nothing was charged, and nothing will be. */
    | { kind: 'refused' }
    /** Not known yet; ask again. */
    | { kind: 'pending' }

export interface PaymentDeps {
  database: Pick<Database, 'fresh'>
  gateway: Pick<PaymentGateway, 'create' | 'confirm' | 'capture' | 'retrieve' | 'cancel'>
}

const mismatch = (payment: Payment) => new AppError({ code: 'payments/amount-mismatch', status: 500, title: 'The gateway has another amount for this order', detail: payment.orderId })

function outcomeOf(payment: Payment): PaymentOutcome | null {
  if (payment.state === 'captured') return { kind: 'captured' }
  if (payment.state === 'declined') return { kind: 'declined', reason: payment.declineReason ?? 'The card was declined.' }
  if (payment.state === 'abandoned' || payment.state === 'voided') return { kind: 'refused' }
  return null
}

/** @throws {AppError} 500 `payments/amount-mismatch`, which people must look at */
export async function advancePayment({ database, gateway }: PaymentDeps, orderId: string): Promise<PaymentOutcome> {
  for (let step = 0; step < 6; step++) {
    const payment = await database.fresh(db => findPayment(db, orderId))
    if (!payment) return { kind: 'pending' }
    const outcome = outcomeOf(payment)
    if (outcome) return outcome
    try {
      await takeStep(payment)
    }
    catch (error) {
      if (error instanceof AppError) throw error
      // A webhook can bring a second one here while the first still waits for its answer.
      if (error instanceof GatewayBusyError) return { kind: 'pending' }
      if (error instanceof DeclinedError) {
        await record(payment, 'declined', { declineReason: error.message })
      }
      else if (error instanceof GatewayUnreachableError) {
        // Before authorisation nothing is owed to the bank; after it, only patience is right.
        if (payment.state === 'authorised') return { kind: 'pending' }
        await record(payment, 'abandoned')
      }
      else if (!await settleUnknown(payment)) {
        return { kind: 'pending' }
      }
    }
  }
  return { kind: 'pending' }

  async function takeStep(payment: Payment) {
    const { intentId } = payment
    if (payment.state === 'new' || !intentId) {
      const intent = await gateway.create({ orderId, amountMinor: payment.amountMinor, currency: payment.currency, key: `order-${orderId}-create` })
      await record(payment, 'created', { intentId: intent.id })
      await racePoint('intent-created')
    }
    else if (payment.state === 'created') {
      const intent = await gateway.confirm(intentId, { paymentMethod: payment.paymentMethod, key: `order-${orderId}-confirm` })
      await racePoint('payment-confirmed')
      await learn(payment, intent)
    }
    else {
      const intent = await gateway.capture(intentId, { key: `order-${orderId}-capture` })
      await racePoint('payment-captured')
      await learn(payment, intent)
    }
  }

  /** An answer did not come: asks what happened. Answers false when that is still unknown. */
  async function settleUnknown(payment: Payment): Promise<boolean> {
    // An intent that was never confirmed cannot take money; creating it again with the same key finds it.
    if (!payment.intentId) {
      await record(payment, 'abandoned')
      return true
    }
    try {
      const intent = await gateway.retrieve(payment.intentId)
      if (intent.status === 'open' && !intent.declineReason) return false
      await learn(payment, intent)
      return true
    }
    catch (error) {
      if (error instanceof AppError) throw error
      return false
    }
  }

  async function learn(payment: Payment, intent: Intent) {
    if (intent.amountMinor !== payment.amountMinor || intent.currency !== payment.currency) throw mismatch(payment)
    if (intent.status === 'captured') await record(payment, 'captured')
    else if (intent.status === 'authorised') await record(payment, 'authorised')
    else if (intent.status === 'cancelled') await record(payment, 'voided')
    else await record(payment, 'declined', { declineReason: intent.declineReason ?? 'The bank wants to see this card in person. Please use another one.' })
  }

  function record(payment: Payment, state: Payment['state'], fields: { intentId?: string, declineReason?: string } = {}) {
    return database.fresh(db => moveToState(db, payment, state, fields))
  }
}

/**
 * Gives a payment up at the gateway. Whoever comes first decides: an intent that was captured meanwhile stays so, and the
 * answer says it.
 */
export async function abandonPayment(deps: PaymentDeps, orderId: string): Promise<PaymentOutcome> {
  const { database, gateway } = deps
  const payment = await database.fresh(db => findPayment(db, orderId))
  if (!payment) return { kind: 'refused' }
  if (payment.state === 'captured' || payment.state === 'declined' || payment.state === 'voided') return outcomeOf(payment)!
  if (!payment.intentId) {
    await database.fresh(db => moveToState(db, payment, 'voided'))
    return { kind: 'refused' }
  }
  try {
    const intent = await gateway.cancel(payment.intentId, { key: `order-${orderId}-cancel` })
    if (intent.status !== 'cancelled') return { kind: 'pending' }
  }
  catch {
    const intent = await gateway.retrieve(payment.intentId)
    if (intent.status === 'captured') {
      await database.fresh(db => moveToState(db, payment, 'captured'))
      return { kind: 'captured' }
    }
    if (intent.status !== 'cancelled') return { kind: 'pending' }
  }
  await database.fresh(db => moveToState(db, payment, 'voided'))
  return { kind: 'refused' }
}
