import { AsyncLocalStorage } from 'node:async_hooks'
import Stripe from 'stripe'
import { bounded } from '../platform/resilience/fetch-json.ts'
import { currentTiming } from '../platform/telemetry/current-timing.ts'
import { createOutbound, OutboundRefusedError, OutboundTimeoutError } from '../platform/resilience/outbound.ts'
import { readRetryAfterMs } from '../platform/resilience/retry-after.ts'
import { cardRefused, DeclinedError, GatewayBusyError, gatewayDown, GatewayTimeoutError, GatewayUnreachableError, type PaymentGateway } from './gateway.ts'
import { cardIdOf, intentOf, ledgerPageOf, mustBeRefund } from './stripe-answers.ts'

const timeoutMs = 3_000
const webhookToleranceS = 300
/** Several times a page of 100 intents with their charges. */
const maxAnswerBytes = 4_000_000

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
  const guarded: typeof fetch = async (input, init) => {
    const signals = [init?.signal, calling.getStore()].filter(signal => signal instanceof AbortSignal)
    return bounded(await fetch(input, { ...init, signal: AbortSignal.any(signals) }), maxAnswerBytes)
  }
  const stripe = new Stripe(secretKey, {
    // Retries are ours: the SDK's would hide a timeout that we must treat as unknown. (Over Node's own client it repeats once all the same.)
    maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient(guarded),
    timeout: timeoutMs,
    telemetry: false,
    ...(at && { host: at.hostname, port: Number(at.port || (at.protocol === 'https:' ? 443 : 80)), protocol: at.protocol === 'https:' ? 'https' as const : 'http' as const }),
  })
  const outbound = createOutbound({ name: 'the payment gateway', timeoutMs: timeoutMs + 200, concurrency: 50, failures: 5, openMs: 3_000, attempts: 2, isFault, retryAfterOf })

  async function ask<T>(work: () => Promise<T>, repeatable = false): Promise<T> {
    try {
      const call = () => outbound.call(signal => calling.run(signal, work), { repeatable })
      return await (currentTiming()?.measure('gateway', call) ?? call())
    }
    catch (error) {
      if (neverArrived(error)) throw new GatewayUnreachableError('the payment gateway cannot be reached', { cause: error })
      if (ranOutOfTime(error)) throw new GatewayTimeoutError('the payment gateway did not answer in time', { cause: error })
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
    confirm: (id, { paymentMethod, key }) => ask(async () => intentOf(await stripe.paymentIntents.confirm(id, { payment_method: paymentMethod }, { idempotencyKey: key }), id)),
    capture: (id, { key }) => ask(async () => intentOf(await stripe.paymentIntents.capture(id, {}, { idempotencyKey: key }), id)),
    cancel: (id, { key }) => ask(async () => intentOf(await stripe.paymentIntents.cancel(id, {}, { idempotencyKey: key }), id)),
    async refund(id, { amountMinor, key }) {
      await ask(async () => mustBeRefund(await stripe.refunds.create({ payment_intent: id, amount: amountMinor }, { idempotencyKey: key }), amountMinor), true)
    },
    retrieve: id => ask(async () => intentOf(await stripe.paymentIntents.retrieve(id), id), true),
    listIntents: ({ from, to, after }) => ask(async () => ledgerPageOf(await stripe.paymentIntents.list({
      created: { gte: Math.floor(from.getTime() / 1_000), lte: Math.floor(to.getTime() / 1_000) },
      limit: 100,
      expand: ['data.latest_charge'],
      ...(after && { starting_after: after }),
    })), true),
    async createCard({ number, expMonth, expYear, cvc }) {
      try {
        return await ask(async () => cardIdOf(await stripe.paymentMethods.create({ type: 'card', card: { number, exp_month: expMonth, exp_year: expYear, cvc } })))
      }
      catch (error) {
        if (error instanceof DeclinedError || error instanceof Stripe.errors.StripeInvalidRequestError) throw cardRefused(error.message)
        throw gatewayDown()
      }
    },
    verifyWebhook(rawBody, signature, now) {
      const event = stripe.webhooks.constructEvent(rawBody, signature, webhookSecret, webhookToleranceS, undefined, now.getTime())
      // The SDK looks at the past only.
      if (Number(/\bt=(\d+)/.exec(signature)?.[1]) - now.getTime() / 1_000 > webhookToleranceS) throw new Error('signed in the future')
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
