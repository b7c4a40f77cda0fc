import { newId } from '../random.ts'
import { cardError, missing } from './errors.ts'
import { check, methodParams } from './parameters.ts'
import type { Form } from './form.ts'
import type { Behaviour, PaymentMethod, Work } from './records.ts'
import { passesLuhn, testCardByAlias, testCards } from './test-cards.ts'

/**
 * Turns a card form into a payment method. Of the number only the last four digits are kept.
 * @throws GatewayError 402 with incorrect_number, invalid_number, invalid_expiry_month, invalid_expiry_year or invalid_cvc;
 *   card_declined for a number outside of Stripe's test set
 */
export function createPaymentMethod(work: Work, form: Form): PaymentMethod {
  const params = check(methodParams, form)
  const number = params.card.number.replaceAll(/[\s-]/g, '')
  checkCard(number, params.card, new Date(work.nowS * 1_000))
  const testCard = testCards.find(card => card.number === number)
  if (!testCard) {
    throw cardError({ code: 'card_declined', declineCode: 'test_mode_live_card', message: 'Your card was declined. Only test card numbers work here.' })
  }
  const method: PaymentMethod = {
    id: newId('pm'),
    object: 'payment_method',
    type: 'card',
    created: work.nowS,
    livemode: false,
    metadata: params.metadata,
    billing_details: params.billing_details,
    card: {
      brand: testCard.brand,
      last4: number.slice(-4),
      exp_month: params.card.exp_month,
      exp_year: fullYear(params.card.exp_year),
      funding: testCard.alias.endsWith('_debit') ? 'debit' : 'credit',
    },
  }
  work.store.put('methods', method)
  work.store.put('behaviours', { id: method.id, behaviour: testCard.behaviour })
  return method
}

/**
 * Finds a payment method made here, or one of Stripe's aliases such as `pm_card_visa`.
 * @throws GatewayError resource_missing: 404 for one named in the path, 400 for one named in a parameter
 */
export function findPaymentMethod(work: Pick<Work, 'store'>, id: string, status: 400 | 404): { method: PaymentMethod, behaviour: Behaviour } {
  const method = work.store.get('methods', id)
  const kept = work.store.get('behaviours', id)
  if (method && kept) return { method, behaviour: kept.behaviour }
  const testCard = testCardByAlias(id)
  if (!testCard) throw missing('PaymentMethod', id, 'payment_method', status)
  const type = testCard.type ?? 'card'
  return {
    behaviour: testCard.behaviour,
    method: {
      id,
      object: 'payment_method',
      type,
      created: 0,
      livemode: false,
      metadata: {},
      billing_details: {},
      ...(type === 'card' ? { card: { brand: testCard.brand, last4: testCard.number?.slice(-4) ?? '', exp_month: 12, exp_year: 2040, funding: 'credit' } } : {}),
    },
  }
}

function checkCard(number: string, card: { exp_month: number, exp_year: number, cvc?: string }, today: Date): void {
  if (!/^\d{12,19}$/.test(number)) throw cardError({ code: 'invalid_number', message: 'The card number is not a valid credit card number.' })
  if (!passesLuhn(number)) throw cardError({ code: 'incorrect_number', message: 'Your card number is incorrect.' })
  if (card.exp_month < 1 || card.exp_month > 12) throw cardError({ code: 'invalid_expiry_month', message: 'Your card\'s expiration month is invalid.' })
  const monthsLeft = (fullYear(card.exp_year) - today.getUTCFullYear()) * 12 + card.exp_month - 1 - today.getUTCMonth()
  if (monthsLeft < 0 || monthsLeft > 50 * 12) throw cardError({ code: 'invalid_expiry_year', message: 'Your card\'s expiration year is invalid.' })
  if (card.cvc !== undefined && !/^\d{3,4}$/.test(card.cvc)) throw cardError({ code: 'invalid_cvc', message: 'Your card\'s security code is invalid.' })
}

function fullYear(year: number): number {
  return year < 100 ? 2_000 + year : year
}
