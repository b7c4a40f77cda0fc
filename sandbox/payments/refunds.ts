import { newId } from '../random.ts'
import { invalidRequest, missing, refusedByState } from './errors.ts'
import { emit } from './events.ts'
import type { Form } from './form.ts'
import { findIntent } from './intents.ts'
import { post } from './ledger.ts'
import { check, refundParams } from './parameters.ts'
import type { Charge, Refund, Work } from './records.ts'

/**
 * POST /v1/refunds: gives back all that is left, or `amount` of it.
 * @throws GatewayError 400 when nothing was captured (charge_not_refundable), all is refunded (charge_already_refunded) or more is asked for
 */
export function createRefund(work: Work, form: Form): Refund {
  const params = check(refundParams, form)
  const charge = chargeOf(work, params)
  const intent = findIntent(work, charge.payment_intent, 400)
  if (!charge.captured || charge.status !== 'succeeded') throw refusedByState(`Charge ${charge.id} has not been captured: cancel its PaymentIntent instead.`, 'charge_not_refundable')
  const left = charge.amount_captured - charge.amount_refunded
  if (left === 0) throw refusedByState(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded')
  const amount = params.amount ?? left
  if (amount > left) throw refusedByState(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`, 'amount_too_large')

  const refund: Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    charge: charge.id,
    created: work.nowS,
    currency: charge.currency,
    metadata: params.metadata,
    payment_intent: intent.id,
    reason: params.reason ?? null,
    status: 'succeeded',
  }
  const refunded: Charge = { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left }
  post(work, intent, 'refund', amount)
  work.store.put('refunds', refund)
  work.store.put('charges', refunded)
  emit(work, 'refund.created', refund)
  emit(work, 'charge.refunded', refunded)
  return refund
}

function chargeOf(work: Work, params: { payment_intent?: string, charge?: string }): Charge {
  if (!params.payment_intent && !params.charge) throw invalidRequest('One of the following params should be provided: payment_intent or charge.', { code: 'parameter_missing', param: 'payment_intent' })
  const id = params.payment_intent ? findIntent(work, params.payment_intent, 400).latest_charge : params.charge
  if (!id) throw refusedByState(`This PaymentIntent (${params.payment_intent}) does not have a successful charge to refund.`, 'charge_not_refundable')
  const charge = work.store.get('charges', id)
  if (!charge) throw missing('charge', id, 'charge', 400)
  return charge
}
