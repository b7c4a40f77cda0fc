import { AppError } from '../platform/http/app-error.ts'

/**
 * `processing`: the bank has it and captures by itself, later. `challenged`: its holder is asked to prove who they are, and
 * may still do so as long as the intent is not cancelled.
 */
export type IntentStatus = 'open' | 'processing' | 'challenged' | 'authorised' | 'captured' | 'cancelled'
export interface Intent { id: string, status: IntentStatus, amountMinor: number, currency: string, orderId: string | null, declineReason: string | null }

/** An intent as the gateway's own books have it. */
export interface LedgerIntent extends Omit<Intent, 'declineReason'> {
  capturedMinor: number
  refundedMinor: number
  /** By the gateway's clock, to the second. */
  createdAt: Date
}

/** The bank said no. Final for this attempt; no fault of the gateway. */
export class DeclinedError extends Error {
  override name = 'DeclinedError'
}

/** The request surely did not reach the gateway: nothing happened there. */
export class GatewayUnreachableError extends Error {
  override name = 'GatewayUnreachableError'
}

/** Another call of ours with the same key is at work there; what becomes of it is that one's to tell. */
export class GatewayBusyError extends Error {
  override name = 'GatewayBusyError'
}

/** No answer came in time: the gateway may be doing it right now. */
export class GatewayTimeoutError extends Error {
  override name = 'GatewayTimeoutError'
}

/**
 * What the shop needs of a payment provider. Each method that changes something takes a key of ours: the same key
 * again is the same effect. `DeclinedError` and `GatewayUnreachableError` are certain; any other error means that the
 * outcome is unknown.
 */
export interface PaymentGateway {
  create(input: { orderId: string, amountMinor: number, currency: string, key: string }): Promise<Intent>
  confirm(intentId: string, input: { paymentMethod: string, key: string }): Promise<Intent>
  capture(intentId: string, input: { key: string }): Promise<Intent>
  cancel(intentId: string, input: { key: string }): Promise<Intent>
  refund(intentId: string, input: { amountMinor: number, key: string }): Promise<void>
  retrieve(intentId: string): Promise<Intent>
  /** A page of the gateway's own books, newest first; `next` is where the following page starts, null after the last. */
  listIntents(input: { from: Date, to: Date, after: string | null }): Promise<{ intents: LedgerIntent[], next: string | null }>
  createCard(card: { number: string, expMonth: number, expYear: number, cvc: string }): Promise<string>
  /** @throws when the signature does not fit the raw body, or is more than five minutes older than `now` */
  verifyWebhook(rawBody: Buffer, signature: string, now: Date): { id: string, type: string, intentId: string | null, orderId: string | null }
  state(): 'closed' | 'open' | 'half-open'
}

declare module 'h3' {
  interface H3EventContext {
    gateway: PaymentGateway
  }
}

export const cardRefused = (detail: string) => new AppError({ code: 'payments/card-refused', status: 402, title: 'That card was not accepted', detail })

export const badSignature = () => new AppError({ code: 'payments/bad-signature', status: 400, title: 'That was not signed by the gateway' })

export const gatewayDown = () => new AppError({
  code: 'payments/gateway-unavailable',
  status: 503,
  title: 'Cards cannot be charged right now',
  detail: 'Nothing was charged and your cart is kept. Please try again in a moment.',
  retryAfterS: 5,
})
