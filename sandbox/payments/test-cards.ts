import type { Behaviour } from './records.ts'

/** A card of Stripe's test set: its payment method alias, its number where it has one, and what its issuer says. */
export interface TestCard { alias: string, number?: string, type?: string, brand: string, behaviour: Behaviour }

const approve: Behaviour = { kind: 'approve' }
const declined = (declineCode: string, message = 'Your card was declined.'): Behaviour => ({ kind: 'decline', code: 'card_declined', declineCode, message })

/** Source: https://docs.stripe.com/testing */
export const testCards: TestCard[] = [
  { alias: 'pm_card_visa', number: '4242424242424242', brand: 'visa', behaviour: approve },
  { alias: 'pm_card_visa_debit', number: '4000056655665556', brand: 'visa', behaviour: approve },
  { alias: 'pm_card_gb', number: '4000008260000000', brand: 'visa', behaviour: approve },
  { alias: 'pm_card_mastercard', number: '5555555555554444', brand: 'mastercard', behaviour: approve },
  { alias: 'pm_card_amex', number: '378282246310005', brand: 'amex', behaviour: approve },
  { alias: 'pm_card_chargeDeclined', number: '4000000000000002', brand: 'visa', behaviour: declined('generic_decline') },
  { alias: 'pm_card_chargeDeclinedInsufficientFunds', number: '4000000000009995', brand: 'visa', behaviour: declined('insufficient_funds', 'Your card has insufficient funds.') },
  { alias: 'pm_card_chargeDeclinedLostCard', number: '4000000000009987', brand: 'visa', behaviour: declined('lost_card') },
  { alias: 'pm_card_chargeDeclinedFraudulent', number: '4100000000000019', brand: 'visa', behaviour: declined('fraudulent') },
  {
    alias: 'pm_card_chargeDeclinedExpiredCard',
    number: '4000000000000069',
    brand: 'visa',
    behaviour: { kind: 'decline', code: 'expired_card', message: 'Your card has expired.' },
  },
  {
    alias: 'pm_card_chargeDeclinedIncorrectCvc',
    number: '4000000000000127',
    brand: 'visa',
    behaviour: { kind: 'decline', code: 'incorrect_cvc', message: 'Your card\'s security code is incorrect.' },
  },
  {
    alias: 'pm_card_chargeDeclinedProcessingError',
    number: '4000000000000119',
    brand: 'visa',
    behaviour: { kind: 'decline', code: 'processing_error', message: 'An error occurred while processing your card. Try again in a little bit.' },
  },
  { alias: 'pm_card_authenticationRequired', number: '4000002760003184', brand: 'visa', behaviour: { kind: 'challenge' } },
  { alias: 'pm_usBankAccount_processing', type: 'us_bank_account', brand: 'bank', behaviour: { kind: 'process' } },
]

/** Finds a test card by alias; Stripe writes some aliases with the brand, `pm_card_visa_chargeDeclined`. */
export function testCardByAlias(alias: string): TestCard | undefined {
  const plain = alias.replace('pm_card_visa_charge', 'pm_card_charge')
  return testCards.find(card => card.alias === plain)
}

/** The check digit of a card number, ISO/IEC 7812-1 annex B (Luhn). */
export function passesLuhn(number: string): boolean {
  let sum = 0
  for (let index = 0; index < number.length; index++) {
    const digit = Number(number[number.length - 1 - index])
    const weighted = index % 2 === 1 ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return number.length > 0 && sum % 10 === 0
}
