import type { OrderStatus } from '../../shared/schemas/orders.ts'
import type { LedgerIntent, PaymentBook } from '../payments/index.ts'

/** What to do about a difference: take the gateway's word that it has the money, let a hold go, or have people look. */
export type Cure = 'accept-capture' | 'void' | 'flag'
export interface Difference { kind: DifferenceKind, cure: Cure }
type DifferenceKind
  /** Money for an order that we do not know. */
  = | 'unknown-order'
  /** Money that is not the order's own intent: somebody may have paid twice. */
    | 'second-intent'
    | 'amount-differs'
  /** The gateway has the money, and the order still waits for it. */
    | 'captured-unsettled'
  /** The gateway has the money of an order that failed. */
    | 'captured-after-failure'
  /** Money of an order that failed is still held on the card. */
    | 'held-after-failure'
  /** We say that it is paid; the gateway does not. */
    | 'not-captured'
    | 'refunds-differ'

/** Compares what the gateway says of one intent with what we say of its order; null when they agree. */
export function differenceOf(intent: LedgerIntent, book: PaymentBook | undefined, status: OrderStatus | undefined): Difference | null {
  const captured = intent.status === 'captured'
  const moved = captured || intent.status === 'authorised'
  if (!book || !status) return moved ? { kind: 'unknown-order', cure: 'flag' } : null
  if (book.intentId !== null && book.intentId !== intent.id) return moved ? { kind: 'second-intent', cure: 'flag' } : null
  if (moved && !sameMoney(intent, book)) return { kind: 'amount-differs', cure: 'flag' }
  const failed = status === 'payment-failed'
  if (captured) {
    if (failed && book.refundedMinor + book.refundingMinor < book.amountMinor) return { kind: 'captured-after-failure', cure: 'accept-capture' }
    if (book.state !== 'captured' || status === 'pending') return { kind: 'captured-unsettled', cure: 'accept-capture' }
    // What was promised may have been sent already, its answer not yet written down.
    return book.refundingMinor === 0 && intent.refundedMinor !== book.refundedMinor ? { kind: 'refunds-differ', cure: 'flag' } : null
  }
  if (book.state === 'captured') return { kind: 'not-captured', cure: 'flag' }
  return intent.status === 'authorised' && failed ? { kind: 'held-after-failure', cure: 'void' } : null
}

const sameMoney = (intent: LedgerIntent, { amountMinor, currency }: PaymentBook) =>
  intent.currency === currency && intent.amountMinor === amountMinor && (intent.status !== 'captured' || intent.capturedMinor === amountMinor)
