import { newId } from '../random.ts'
import { confirmIntent } from './confirm.ts'
import { invalidRequest, missing, unexpectedState } from './errors.ts'
import { emit } from './events.ts'
import type { Form } from './form.ts'
import { post } from './ledger.ts'
import { cancelParams, captureParams, check, confirmParams, createParams } from './parameters.ts'
import { findPaymentMethod } from './payment-methods.ts'
import type { Intent, Work } from './records.ts'

/** POST /v1/payment_intents, with `confirm=true` also confirms. @throws GatewayError 400 */
export function createIntent(work: Work, form: Form) {
  const params = check(createParams, form)
  if (params.payment_method) findPaymentMethod(work, params.payment_method, 400)
  if (params.confirm && !params.payment_method) throw invalidRequest('You must provide a payment method to confirm.', { code: 'parameter_missing', param: 'payment_method' })
  const id = newId('pi')
  const intent: Intent = {
    id,
    object: 'payment_intent',
    amount: params.amount,
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method,
    client_secret: newId(`${id}_secret`),
    confirmation_method: params.confirmation_method,
    created: work.nowS,
    currency: params.currency,
    customer: params.customer ?? null,
    description: params.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: params.metadata,
    next_action: null,
    payment_method: params.payment_method ?? null,
    payment_method_types: params.payment_method_types,
    receipt_email: params.receipt_email ?? null,
    status: params.payment_method ? 'requires_confirmation' : 'requires_payment_method',
  }
  work.store.put('intents', intent)
  emit(work, 'payment_intent.created', intent)
  return params.confirm ? confirmIntent(work, intent, params) : { intent }
}

/** POST /v1/payment_intents/:id/confirm. @throws GatewayError 400, 404 */
export function confirm(work: Work, id: string, form: Form) {
  const intent = findIntent(work, id, 404)
  return confirmIntent(work, intent, check(confirmParams, form))
}

/**
 * POST /v1/payment_intents/:id/capture: takes up to what is held, once; the rest of the hold is let go.
 * @throws GatewayError 400 when nothing is held or more is asked for, 404
 */
export function captureIntent(work: Work, id: string, form: Form): Intent {
  const intent = findIntent(work, id, 404)
  const params = check(captureParams, form)
  if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'captured')
  const amount = params.amount_to_capture ?? intent.amount_capturable
  if (amount > intent.amount_capturable) {
    throw invalidRequest(`The requested capture amount is greater than the authorized amount of ${intent.amount_capturable}.`, { code: 'amount_too_large', param: 'amount_to_capture' })
  }
  post(work, intent, 'capture', amount)
  if (amount < intent.amount_capturable) post(work, intent, 'void', intent.amount_capturable - amount)
  const charge = intent.latest_charge ? work.store.get('charges', intent.latest_charge) : undefined
  if (charge) work.store.put('charges', { ...charge, amount_captured: amount, captured: true })
  const captured: Intent = {
    ...intent,
    metadata: { ...intent.metadata, ...params.metadata },
    amount_capturable: 0,
    amount_received: amount,
    status: 'succeeded',
  }
  work.store.put('intents', captured)
  emit(work, 'payment_intent.succeeded', captured)
  return captured
}

/** POST /v1/payment_intents/:id/cancel: lets go of what is held. @throws GatewayError 400 while processing and once succeeded or canceled, 404 */
export function cancelIntent(work: Work, id: string, form: Form): Intent {
  const intent = findIntent(work, id, 404)
  const params = check(cancelParams, form)
  if (['processing', 'succeeded', 'canceled'].includes(intent.status)) throw unexpectedState(intent, 'canceled')
  if (intent.amount_capturable > 0) {
    post(work, intent, 'void', intent.amount_capturable)
    const charge = intent.latest_charge ? work.store.get('charges', intent.latest_charge) : undefined
    if (charge) work.store.put('charges', { ...charge, amount_refunded: charge.amount, refunded: true })
  }
  const canceled: Intent = {
    ...intent,
    amount_capturable: 0,
    canceled_at: work.nowS,
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled',
  }
  work.store.put('intents', canceled)
  emit(work, 'payment_intent.canceled', canceled)
  return canceled
}

/** @throws GatewayError resource_missing, 404 for one named in the path, 400 for one named in a parameter */
export function findIntent(work: Pick<Work, 'store'>, id: string, status: 400 | 404): Intent {
  const intent = work.store.get('intents', id)
  if (!intent) throw missing('payment_intent', id, status === 404 ? 'intent' : 'payment_intent', status)
  return intent
}
