import Stripe from 'stripe'
import { AppError } from '../platform/http/app-error.ts'
import { createOutbound, OutboundRefusedError } from '../platform/resilience/outbound.ts'

export type IntentStatus = 'open' | 'authorised' | 'captured' | 'cancelled'
export interface Intent { id: string, status: IntentStatus, amountMinor: number, currency: string, orderId: string | null, declineReason: string | null }

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

/**
 * What the shop needs of a payment provider. Each method that changes something takes a key of ours: the same key
 * again is the same effect. Any other error than the three above means that the outcome is unknown.
 */
export interface PaymentGateway {
  create(input: { orderId: string, amountMinor: number, currency: string, key: string }): Promise<Intent>
  confirm(intentId: string, input: { paymentMethod: string, key: string }): Promise<Intent>
  capture(intentId: string, input: { key: string }): Promise<Intent>
  cancel(intentId: string, input: { key: string }): Promise<Intent>
  refund(intentId: string, input: { amountMinor: number, key: string }): Promise<void>
  retrieve(intentId: string): Promise<Intent>
  createCard(card: { number: string, expMonth: number, expYear: number, cvc: string }): Promise<string>
  /** @throws when the signature does not fit the raw body */
  verifyWebhook(rawBody: Buffer, signature: string): { id: string, type: string, intentId: string | null, orderId: string | null }
  state(): 'closed' | 'open' | 'half-open'
}

declare module 'h3' {
  interface H3EventContext {
    gateway: PaymentGateway
  }
}

const statusOf: Record<Stripe.PaymentIntent.Status, IntentStatus> = {
  requires_payment_method: 'open',
  requires_confirmation: 'open',
  requires_action: 'open',
  processing: 'open',
  requires_capture: 'authorised',
  succeeded: 'captured',
  canceled: 'cancelled',
}

const intentOf = (intent: Stripe.PaymentIntent): Intent => ({
  id: intent.id,
  status: statusOf[intent.status] ?? 'open',
  amountMinor: intent.amount,
  currency: intent.currency.toUpperCase(),
  orderId: intent.metadata?.order_id ?? null,
  declineReason: intent.last_payment_error?.message ?? null,
})

const timeoutMs = 3_000

/** Errors that say something about the gateway; a declined card, a bad request or our own repetition does not. */
const isFault = (error: unknown) => !(error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError || isBusy(error))
const isBusy = (error: unknown) => error instanceof Stripe.errors.StripeError && error.code === 'idempotency_key_in_use'

function refusedConnection(error: unknown): boolean {
  for (let current = error, depth = 0; current && depth < 5; depth++) {
    const { code, cause, detail } = current as { code?: string, cause?: unknown, detail?: unknown }
    if (code === 'ECONNREFUSED') return true
    current = cause ?? detail
  }
  return false
}

/** Stripe, or anything that speaks its protocol at `apiUrl`. */
export function createStripeGateway({ secretKey, webhookSecret, apiUrl }: { secretKey: string, webhookSecret: string, apiUrl?: string }): PaymentGateway {
  const at = apiUrl ? new URL(apiUrl) : null
  const stripe = new Stripe(secretKey, {
    // Retries are ours: the SDK's would hide a timeout that we must treat as unknown.
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
    ...(at && { host: at.hostname, port: Number(at.port || (at.protocol === 'https:' ? 443 : 80)), protocol: at.protocol === 'https:' ? 'https' as const : 'http' as const }),
  })
  const outbound = createOutbound({ name: 'the payment gateway', timeoutMs: timeoutMs + 200, concurrency: 50, failures: 5, openMs: 3_000, attempts: 2, isFault })

  async function ask<T>(work: () => Promise<T>, repeatable = false): Promise<T> {
    try {
      return await outbound.call(work, { repeatable })
    }
    catch (error) {
      if (error instanceof OutboundRefusedError || refusedConnection(error)) throw new GatewayUnreachableError('the payment gateway cannot be reached', { cause: error })
      if (isBusy(error)) throw new GatewayBusyError('another call with this key is at work', { cause: error })
      if (error instanceof Stripe.errors.StripeCardError) throw new DeclinedError(error.message, { cause: error })
      // A card that is not known there, or not any more, will not be charged however often we ask.
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'payment_method') throw new DeclinedError('That card is not known any more. Please enter it again.', { cause: error })
      throw error
    }
  }

  return {
    create: ({ orderId, amountMinor, currency, key }) => ask(async () => intentOf(await stripe.paymentIntents.create({
      amount: amountMinor,
      currency: currency.toLowerCase(),
      capture_method: 'manual',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { order_id: orderId },
    }, { idempotencyKey: key }))),
    confirm: (id, { paymentMethod, key }) => ask(async () => intentOf(await stripe.paymentIntents.confirm(id, { payment_method: paymentMethod }, { idempotencyKey: key }))),
    capture: (id, { key }) => ask(async () => intentOf(await stripe.paymentIntents.capture(id, {}, { idempotencyKey: key }))),
    cancel: (id, { key }) => ask(async () => intentOf(await stripe.paymentIntents.cancel(id, {}, { idempotencyKey: key }))),
    async refund(id, { amountMinor, key }) {
      await ask(() => stripe.refunds.create({ payment_intent: id, amount: amountMinor }, { idempotencyKey: key }), true)
    },
    retrieve: id => ask(async () => intentOf(await stripe.paymentIntents.retrieve(id)), true),
    async createCard({ number, expMonth, expYear, cvc }) {
      try {
        const method = await ask(() => stripe.paymentMethods.create({ type: 'card', card: { number, exp_month: expMonth, exp_year: expYear, cvc } }))
        return method.id
      }
      catch (error) {
        if (error instanceof DeclinedError || error instanceof Stripe.errors.StripeInvalidRequestError) throw cardRefused(error.message)
        if (error instanceof GatewayUnreachableError) throw gatewayDown()
        throw error
      }
    },
    verifyWebhook(rawBody, signature) {
      const event = stripe.webhooks.constructEvent(rawBody, signature, webhookSecret)
      const object = event.data.object as { id?: string, object?: string, payment_intent?: string | null, metadata?: Record<string, string> }
      return {
        id: event.id,
        type: event.type,
        intentId: object.object === 'payment_intent' ? object.id ?? null : object.payment_intent ?? null,
        orderId: object.metadata?.order_id ?? null,
      }
    },
    state: () => outbound.state(),
  }
}

export const cardRefused = (detail: string) => new AppError({ code: 'payments/card-refused', status: 402, title: 'That card was not accepted', detail })

export const gatewayDown = () => new AppError({
  code: 'payments/gateway-unavailable',
  status: 503,
  title: 'Cards cannot be charged right now',
  detail: 'Nothing was charged and your cart is kept. Please try again in a moment.',
  retryAfterS: 5,
})
