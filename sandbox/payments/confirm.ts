import { newId } from '../random.ts'
import { invalidRequest, unexpectedState } from './errors.ts'
import { emit } from './events.ts'
import { post } from './ledger.ts'
import { findPaymentMethod } from './payment-methods.ts'
import type { CardErrorBody, Charge, Decline, Intent, PaymentMethod, Work } from './records.ts'

/** What became of a confirmation: the intent as it now stands, and the decline when the card was refused. */
export interface Outcome { intent: Intent, decline?: Decline }

interface Options { payment_method?: string, return_url?: string, error_on_requires_action?: boolean, off_session?: boolean }

const authenticationRequired: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
}
const authenticationFailed: Decline = {
  code: 'payment_intent_authentication_failure',
  message: 'The provided payment method has failed authentication.',
}

/** Tries to charge the intent's payment method. @throws GatewayError 400 in a status that cannot be confirmed */
export function confirmIntent(work: Work, intent: Intent, options: Options): Outcome {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) throw unexpectedState(intent, 'confirmed')
  const methodId = options.payment_method ?? intent.payment_method
  if (!methodId) throw invalidRequest('You must provide a payment method to confirm.', { code: 'parameter_missing', param: 'payment_method' })
  const { method, behaviour } = findPaymentMethod(work, methodId, 400)
  const tried: Intent = { ...intent, payment_method: method.id, next_action: null, last_payment_error: null }
  if (behaviour.kind === 'decline') return decline(work, tried, method, behaviour)
  if (behaviour.kind === 'process') return { intent: process(work, tried, method) }
  if (behaviour.kind === 'approve') return { intent: authorise(work, tried, method) }
  if (options.error_on_requires_action || options.off_session) return decline(work, tried, method, authenticationRequired)
  return { intent: challenge(work, tried, options.return_url ?? null) }
}

/** Ends a challenge, as the cardholder chose on the bank's page. @throws GatewayError 400 unless one is open */
export function answerChallenge(work: Work, intent: Intent, approved: boolean): Outcome {
  if (intent.status !== 'requires_action' || !intent.payment_method) throw unexpectedState(intent, 'authenticated')
  const { method } = findPaymentMethod(work, intent.payment_method, 400)
  const answered: Intent = { ...intent, next_action: null }
  return approved ? { intent: authorise(work, answered, method) } : decline(work, answered, method, authenticationFailed)
}

/** Ends the wait of a slow payment method: the money has arrived. */
export function settleProcessing(work: Work, intent: Intent): void {
  if (intent.status !== 'processing') return
  const pending = intent.latest_charge ? work.store.get('charges', intent.latest_charge) : undefined
  if (pending) work.store.put('charges', { ...pending, amount_captured: intent.amount, captured: true, paid: true, status: 'succeeded' })
  post(work, intent, 'authorise', intent.amount)
  post(work, intent, 'capture', intent.amount)
  const settled: Intent = { ...intent, amount_received: intent.amount, status: 'succeeded' }
  work.store.put('intents', settled)
  emit(work, 'payment_intent.succeeded', settled)
}

function authorise(work: Work, intent: Intent, method: PaymentMethod): Intent {
  const manual = intent.capture_method === 'manual'
  const charge = addCharge(work, intent, method, { paid: true, status: 'succeeded', captured: !manual, amount_captured: manual ? 0 : intent.amount })
  post(work, intent, 'authorise', intent.amount)
  if (!manual) post(work, intent, 'capture', intent.amount)
  const authorised: Intent = {
    ...intent,
    latest_charge: charge.id,
    amount_capturable: manual ? intent.amount : 0,
    amount_received: manual ? 0 : intent.amount,
    status: manual ? 'requires_capture' : 'succeeded',
  }
  work.store.put('intents', authorised)
  emit(work, manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', authorised)
  return authorised
}

function decline(work: Work, intent: Intent, method: PaymentMethod, reason: Decline): Outcome {
  const charge = addCharge(work, intent, method, { paid: false, status: 'failed', failure_code: reason.code, failure_message: reason.message })
  const lastError: CardErrorBody = {
    type: 'card_error',
    code: reason.code,
    ...(reason.declineCode ? { decline_code: reason.declineCode } : {}),
    message: reason.message,
    charge: charge.id,
    payment_method: { id: method.id, object: 'payment_method', type: method.type },
  }
  const failed: Intent = { ...intent, latest_charge: charge.id, payment_method: null, last_payment_error: lastError, status: 'requires_payment_method' }
  work.store.put('intents', failed)
  emit(work, 'payment_intent.payment_failed', failed)
  return { intent: failed, decline: reason }
}

function challenge(work: Work, intent: Intent, returnUrl: string | null): Intent {
  const challenged: Intent = {
    ...intent,
    next_action: { type: 'redirect_to_url', redirect_to_url: { url: `${work.publicUrl}/3ds/${intent.id}`, return_url: returnUrl } },
    status: 'requires_action',
  }
  work.store.put('intents', challenged)
  emit(work, 'payment_intent.requires_action', challenged)
  return challenged
}

function process(work: Work, intent: Intent, method: PaymentMethod): Intent {
  const charge = addCharge(work, intent, method, { paid: false, status: 'pending' })
  const processing: Intent = { ...intent, latest_charge: charge.id, status: 'processing' }
  work.store.put('intents', processing)
  emit(work, 'payment_intent.processing', processing)
  return processing
}

function addCharge(work: Work, intent: Intent, method: PaymentMethod, result: Partial<Charge> & Pick<Charge, 'paid' | 'status'>): Charge {
  const charge: Charge = {
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    captured: false,
    created: work.nowS,
    currency: intent.currency,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: intent.metadata,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: method.type, ...(method.card ? { card: { brand: method.card.brand, last4: method.card.last4 } } : {}) },
    refunded: false,
    ...result,
  }
  work.store.put('charges', charge)
  return charge
}
