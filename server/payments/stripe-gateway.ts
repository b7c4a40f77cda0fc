import { AsyncLocalStorage } from 'node:async_hooks'
import Stripe from 'stripe'
import { z } from 'zod'
import { createOutbound, OutboundRefusedError, OutboundTimeoutError } from '../platform/resilience/outbound.ts'
import { readRetryAfterMs } from '../platform/resilience/retry-after.ts'
import { cardRefused, DeclinedError, GatewayBusyError, gatewayDown, GatewayTimeoutError, GatewayUnreachableError, type Intent, type IntentStatus, type LedgerIntent, type PaymentGateway } from './gateway.ts'

const statuses: Record<Stripe.PaymentIntent.Status, IntentStatus> = {
  requires_payment_method: 'open',
  requires_confirmation: 'open',
  requires_action: 'challenged',
  processing: 'processing',
  requires_capture: 'authorised',
  succeeded: 'captured',
  canceled: 'cancelled',
}

/** What Stripe may add to its list one day moves no money that we know of. */
const statusOf = (status: string): IntentStatus => (statuses as Record<string, IntentStatus>)[status] ?? 'open'

const intentOf = (intent: Stripe.PaymentIntent): Intent => ({
  id: intent.id,
  status: statusOf(intent.status),
  amountMinor: intent.amount,
  currency: intent.currency.toUpperCase(),
  orderId: intent.metadata?.order_id ?? null,
  declineReason: intent.last_payment_error?.message ?? null,
})

const minor = z.number().int().nonnegative()
const listedIntent = z.object({
  id: z.string(),
  status: z.string(),
  amount: minor,
  amount_received: minor,
  currency: z.string().length(3),
  created: z.number().int(),
  metadata: z.record(z.string(), z.string()),
  latest_charge: z.object({ captured: z.boolean(), amount_refunded: minor }).nullable(),
})

function ledgerIntentOf(listed: unknown): LedgerIntent {
  const intent = listedIntent.parse(listed)
  return {
    id: intent.id,
    status: statusOf(intent.status),
    amountMinor: intent.amount,
    capturedMinor: intent.amount_received,
    // A hold that was let go counts as refunded there, though no money ever came.
    refundedMinor: intent.latest_charge?.captured ? intent.latest_charge.amount_refunded : 0,
    currency: intent.currency.toUpperCase(),
    orderId: intent.metadata.order_id ?? null,
    createdAt: new Date(intent.created * 1_000),
  }
}

const timeoutMs = 3_000
const webhookToleranceS = 300

/** Errors that say something about the gateway; a declined card, a bad request or our own repetition does not. */
const isFault = (error: unknown) => !(error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError || isBusy(error))
const isBusy = (error: unknown) => error instanceof Stripe.errors.StripeError && error.code === 'idempotency_key_in_use'
const retryAfterOf = (error: unknown) => error instanceof Stripe.errors.StripeError && error.headers ? readRetryAfterMs(error.headers) : null

/** True when something below this error, however wrapped, says `code`. */
function comesFrom(error: unknown, code: string): boolean {
  for (let current = error, depth = 0; current && depth < 6; depth++) {
    const { code: found, cause, detail } = current as { code?: string, cause?: unknown, detail?: unknown }
    if (found === code) return true
    current = cause ?? detail
  }
  return false
}

const ranOutOfTime = (error: unknown) => error instanceof OutboundTimeoutError || comesFrom(error, Stripe.HttpClient.TIMEOUT_ERROR_CODE)
const neverArrived = (error: unknown) => error instanceof OutboundRefusedError || comesFrom(error, 'ECONNREFUSED')

/** Stripe, or anything that speaks its protocol at `apiUrl`. */
export function createStripeGateway({ secretKey, webhookSecret, apiUrl }: { secretKey: string, webhookSecret: string, apiUrl?: string }): PaymentGateway {
  const at = apiUrl ? new URL(apiUrl) : null
  // The SDK takes no signal for a call; it finds the one of the call that it is in here.
  const calling = new AsyncLocalStorage<AbortSignal>()
  const abortable: typeof fetch = (input, init) => {
    const signals = [init?.signal, calling.getStore()].filter(signal => signal instanceof AbortSignal)
    return fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }
  const stripe = new Stripe(secretKey, {
    // Retries are ours: the SDK's would hide a timeout that we must treat as unknown. (Over Node's own client it repeats once all the same.)
    maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient(abortable),
    timeout: timeoutMs,
    telemetry: false,
    ...(at && { host: at.hostname, port: Number(at.port || (at.protocol === 'https:' ? 443 : 80)), protocol: at.protocol === 'https:' ? 'https' as const : 'http' as const }),
  })
  const outbound = createOutbound({ name: 'the payment gateway', timeoutMs: timeoutMs + 200, concurrency: 50, failures: 5, openMs: 3_000, attempts: 2, isFault, retryAfterOf })

  async function ask<T>(work: () => Promise<T>, repeatable = false): Promise<T> {
    try {
      return await outbound.call(signal => calling.run(signal, work), { repeatable })
    }
    catch (error) {
      if (neverArrived(error)) throw new GatewayUnreachableError('the payment gateway cannot be reached', { cause: error })
      if (ranOutOfTime(error)) throw new GatewayTimeoutError('the payment gateway did not answer in time', { cause: error })
      if (isBusy(error)) throw new GatewayBusyError('another call with this key is at work', { cause: error })
      if (error instanceof Stripe.errors.StripeCardError) throw new DeclinedError(error.message, { cause: error })
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
    listIntents: ({ from, to, after }) => ask(async () => {
      const page = await stripe.paymentIntents.list({
        created: { gte: Math.floor(from.getTime() / 1_000), lte: Math.floor(to.getTime() / 1_000) },
        limit: 100,
        expand: ['data.latest_charge'],
        ...(after && { starting_after: after }),
      })
      return { intents: page.data.map(ledgerIntentOf), next: page.has_more ? page.data.at(-1)?.id ?? null : null }
    }, true),
    async createCard({ number, expMonth, expYear, cvc }) {
      try {
        const method = await ask(() => stripe.paymentMethods.create({ type: 'card', card: { number, exp_month: expMonth, exp_year: expYear, cvc } }))
        return method.id
      }
      catch (error) {
        if (error instanceof DeclinedError || error instanceof Stripe.errors.StripeInvalidRequestError) throw cardRefused(error.message)
        throw gatewayDown()
      }
    },
    verifyWebhook(rawBody, signature, now) {
      const event = stripe.webhooks.constructEvent(rawBody, signature, webhookSecret, webhookToleranceS, undefined, now.getTime())
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
