import type { Database } from '../platform/db/database.ts'
import { AppError } from '../platform/http/app-error.ts'
import type { Payment } from './db/queries.ts'
import type { Intent, PaymentGateway } from './gateway.ts'

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

/** What a payment has come to; null while it is on its way. */
export function outcomeOf({ state, declineReason }: Pick<Payment, 'state' | 'declineReason'>): PaymentOutcome | null {
  if (state === 'captured') return { kind: 'captured' }
  if (state === 'declined') return { kind: 'declined', reason: declineReason ?? 'The card was declined.' }
  if (state === 'abandoned' || state === 'voided') return declineReason ? { kind: 'declined', reason: declineReason } : { kind: 'refused' }
  return null
}

/** The same key each time, so that creating again finds what an earlier, unanswered try has made. */
export const creationOf = ({ orderId, amountMinor, currency }: Pick<Payment, 'orderId' | 'amountMinor' | 'currency'>) =>
  ({ orderId, amountMinor, currency, key: `order-${orderId}-create` })

/** @throws {AppError} 500 `payments/amount-mismatch`: another order's money, or of another amount, must not count as this one's */
export function mustBeTheSame(payment: Pick<Payment, 'orderId' | 'amountMinor' | 'currency'>, intent: Pick<Intent, 'amountMinor' | 'currency' | 'orderId'>): void {
  const sameOrder = intent.orderId === null || intent.orderId === payment.orderId
  if (sameOrder && intent.amountMinor === payment.amountMinor && intent.currency === payment.currency) return
  throw new AppError({ code: 'payments/amount-mismatch', status: 500, title: 'The gateway has another amount for this order', detail: payment.orderId })
}
