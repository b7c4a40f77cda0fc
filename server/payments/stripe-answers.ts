/**
 * What Stripe answers, checked and put into our words. The SDK's types are a promise, not a check: it takes any JSON
 * without an `error` for success, also a proxy's 502.
 */
import type Stripe from 'stripe'
import { z } from 'zod'
import type { Intent, IntentStatus, LedgerIntent } from './gateway.ts'

const statuses: Record<Stripe.PaymentIntent.Status, IntentStatus> = {
  requires_payment_method: 'open',
  requires_confirmation: 'open',
  requires_action: 'challenged',
  processing: 'processing',
  requires_capture: 'authorised',
  succeeded: 'captured',
  canceled: 'cancelled',
}
/** A status that Stripe may add one day says nothing that we understand: the answer counts as none. */
const status = z.string().transform(stripes => (statuses as Record<string, IntentStatus | undefined>)[stripes])
  .pipe(z.enum(['open', 'processing', 'challenged', 'authorised', 'captured', 'cancelled']))
const minor = z.number().int().nonnegative()
const currency = z.string().length(3).toUpperCase()
const metadata = z.record(z.string(), z.string()).nullish()

const intent = z.object({ id: z.string(), status, amount: minor, currency, metadata, last_payment_error: z.object({ message: z.string().optional() }).nullish() })

/** @throws when it is no intent, or not the one that was asked about */
export function intentOf(answer: unknown, id?: string): Intent {
  const { amount, metadata, last_payment_error: error, ...rest } = intent.parse(answer)
  if (id !== undefined && rest.id !== id) throw new Error(`asked about ${id}, told of ${rest.id}`)
  return { ...rest, amountMinor: amount, orderId: metadata?.order_id ?? null, declineReason: error ? error.message ?? 'The card was declined.' : null }
}

const ledgerPage = z.object({
  has_more: z.boolean(),
  data: z.array(z.object({
    id: z.string(),
    status,
    amount: minor,
    amount_received: minor,
    currency,
    created: z.number().int(),
    metadata,
    latest_charge: z.object({ captured: z.boolean(), amount_refunded: minor }).nullable(),
  })),
})

/** @throws when it is not a page of intents with their charges */
export function ledgerPageOf(answer: unknown): { intents: LedgerIntent[], next: string | null } {
  const { data, has_more: more } = ledgerPage.parse(answer)
  const intents = data.map(({ id, status, amount, amount_received: received, currency, created, metadata, latest_charge: charge }) => ({
    id,
    status,
    amountMinor: amount,
    capturedMinor: received,
    // A hold that was let go counts as refunded there, though no money ever came.
    refundedMinor: charge?.captured ? charge.amount_refunded : 0,
    currency,
    orderId: metadata?.order_id ?? null,
    createdAt: new Date(created * 1_000),
  }))
  return { intents, next: more ? intents.at(-1)?.id ?? null : null }
}

const refund = z.object({ id: z.string(), object: z.literal('refund'), amount: minor, status: z.enum(['succeeded', 'pending']) })

/** @throws unless that much is on its way back */
export function mustBeRefund(answer: unknown, amountMinor: number): void {
  const { amount } = refund.parse(answer)
  if (amount !== amountMinor) throw new Error(`asked to send ${amountMinor} back, told of ${amount}`)
}

const card = z.object({ id: z.string(), object: z.literal('payment_method') })
export const cardIdOf = (answer: unknown): string => card.parse(answer).id
