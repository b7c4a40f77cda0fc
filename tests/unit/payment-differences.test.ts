import { describe, expect, it } from 'vitest'
import { differenceOf } from '../../server/orders/payment-differences.ts'
import type { LedgerIntent, PaymentBook } from '../../server/payments/index.ts'
import type { OrderStatus } from '../../shared/schemas/orders.ts'

const intent = (changes: Partial<LedgerIntent> = {}): LedgerIntent =>
  ({ id: 'pi_1', status: 'captured', amountMinor: 1_000, capturedMinor: 1_000, refundedMinor: 0, currency: 'GBP', orderId: 'o', createdAt: new Date(0), ...changes })
const book = (changes: Partial<PaymentBook> = {}): PaymentBook =>
  ({ orderId: 'o', state: 'captured', intentId: 'pi_1', amountMinor: 1_000, currency: 'GBP', refundedMinor: 0, refundingMinor: 0, quietMs: 1e6, ...changes })
const held = { status: 'authorised', capturedMinor: 0 } as const

type Case = [string, LedgerIntent, PaymentBook | undefined, OrderStatus | undefined]

describe('no difference', () => {
  const cases: Case[] = [
    ['paid on both sides', intent(), book(), 'paid'],
    ['sent back on both sides', intent({ refundedMinor: 300 }), book({ refundedMinor: 300 }), 'delivered'],
    ['promised back, and perhaps sent already', intent({ refundedMinor: 300 }), book({ refundingMinor: 300 }), 'delivered'],
    ['came too late and is on its way back', intent(), book({ refundingMinor: 1_000 }), 'payment-failed'],
    ['came too late and went back', intent({ refundedMinor: 1_000 }), book({ refundedMinor: 1_000 }), 'payment-failed'],
    ['held while the order waits', intent(held), book({ state: 'authorised' }), 'pending'],
    ['open, and nobody knows it', intent({ status: 'open', capturedMinor: 0 }), undefined, undefined],
    ['a second one that never held money', intent({ id: 'pi_2', status: 'cancelled', capturedMinor: 0 }), book(), 'paid'],
  ]
  it.each(cases)('%s', (_, there, here, status) => expect(differenceOf(there, here, status)).toBeNull())
})

describe('a difference', () => {
  const cases: [...Case, string, string][] = [
    ['captured, and the order still waits', intent(), book({ state: 'confirming' }), 'pending', 'captured-unsettled', 'accept-capture'],
    ['captured in our books, and the order still waits', intent(), book(), 'pending', 'captured-unsettled', 'accept-capture'],
    ['captured, and the order failed', intent(), book({ state: 'voided' }), 'payment-failed', 'captured-after-failure', 'accept-capture'],
    ['captured, and the refund was never asked for', intent(), book(), 'payment-failed', 'captured-after-failure', 'accept-capture'],
    ['captured under an intent whose id was lost', intent(), book({ state: 'abandoned', intentId: null }), 'payment-failed', 'captured-after-failure', 'accept-capture'],
    ['held, and the order failed', intent(held), book({ state: 'declined' }), 'payment-failed', 'held-after-failure', 'void'],
    ['captured for nobody', intent(), undefined, undefined, 'unknown-order', 'flag'],
    ['captured twice', intent({ id: 'pi_2' }), book(), 'paid', 'second-intent', 'flag'],
    ['another amount', intent({ amountMinor: 999, capturedMinor: 999 }), book(), 'paid', 'amount-differs', 'flag'],
    ['less captured than asked for', intent({ capturedMinor: 900 }), book(), 'paid', 'amount-differs', 'flag'],
    ['another currency', intent({ currency: 'USD' }), book(), 'paid', 'amount-differs', 'flag'],
    ['paid with us alone', intent(held), book(), 'paid', 'not-captured', 'flag'],
    ['sent back there alone', intent({ refundedMinor: 300 }), book(), 'paid', 'refunds-differ', 'flag'],
    ['sent back here alone', intent(), book({ refundedMinor: 300 }), 'paid', 'refunds-differ', 'flag'],
  ]
  it.each(cases)('%s', (_, there, here, status, kind, cure) => expect(differenceOf(there, here, status)).toEqual({ kind, cure }))
})
