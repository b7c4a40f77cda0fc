import { request } from 'node:http'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startSandboxProcess, startWebhookReceiver, temporaryDataDir } from '../sandbox-process.ts'
import type { RunningSandbox, WebhookReceiver } from '../sandbox-process.ts'

const key = 'sk_test_contract'
const webhookSecret = 'whsec_contract'

interface Ledger {
  rows: { type: string, amountMinor: number, intent: string, debit: string, credit: string }[]
  intents: { intent: string, capturedMinor: number, refundedMinor: number, heldMinor: number, netMinor: number, authorisedMinor: number }[]
  balances: Record<string, number>
}

let sandbox: RunningSandbox
let receiver: WebhookReceiver
let dataDir: Awaited<ReturnType<typeof temporaryDataDir>>
let stripe: Stripe
let orders = 0

const start = async () => {
  sandbox = await startSandboxProcess({
    DATA_DIR: dataDir.path,
    STRIPE_SECRET_KEY: key,
    WEBHOOK_URL: receiver.url,
    WEBHOOK_SECRET: webhookSecret,
  })
  stripe = new Stripe(key, { host: '127.0.0.1', port: sandbox.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })
}
const newOrder = () => `order-${++orders}`
const manual = (orderId: string, method = 'pm_card_visa'): Stripe.PaymentIntentCreateParams => ({
  amount: 2_500,
  currency: 'gbp',
  capture_method: 'manual',
  confirm: true,
  payment_method: method,
  metadata: { order_id: orderId },
})
const ledgerOf = async (orderId: string) => await (await fetch(`${sandbox.url}/ledger?orderId=${orderId}`)).json() as Ledger
const errorOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof Stripe.errors.StripeError)) throw new Error(`no Stripe error: ${String(error)}`)
  return error
}

beforeAll(async () => {
  dataDir = await temporaryDataDir()
  receiver = await startWebhookReceiver()
  await start()
})
afterEach(async () => {
  await sandbox.faults('payments', {})
})
afterAll(async () => {
  await sandbox.stop()
  await receiver.close()
  await dataDir.remove()
})

describe('the life of a payment', () => {
  it('authorises, captures and refunds in part, and the ledger adds up', async () => {
    const orderId = newOrder()
    const { id } = await stripe.paymentIntents.create({ amount: 2_500, currency: 'gbp', capture_method: 'manual', metadata: { order_id: orderId } })
    const confirmed = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })
    expect(confirmed).toMatchObject({ status: 'requires_capture', amount_capturable: 2_500, amount_received: 0, metadata: { order_id: orderId } })
    expect(await stripe.paymentIntents.capture(id)).toMatchObject({ status: 'succeeded', amount_received: 2_500 })
    expect(await stripe.refunds.create({ payment_intent: id, amount: 700 })).toMatchObject({ amount: 700, status: 'succeeded' })
    expect((await errorOf(stripe.refunds.create({ payment_intent: id, amount: 1_801 }))).code).toBe('amount_too_large')
    expect(await stripe.refunds.create({ payment_intent: id })).toMatchObject({ amount: 1_800 })
    expect((await errorOf(stripe.refunds.create({ payment_intent: id }))).code).toBe('charge_already_refunded')

    const ledger = await ledgerOf(orderId)
    expect(ledger.rows.map(row => [row.type, row.amountMinor])).toEqual([['authorise', 2_500], ['capture', 2_500], ['refund', 700], ['refund', 1_800]])
    expect(ledger.intents).toMatchObject([{ intent: id, authorisedMinor: 2_500, capturedMinor: 2_500, refundedMinor: 2_500, netMinor: 0, heldMinor: 0 }])
    expect(Object.values(ledger.balances).reduce((sum, minor) => sum + minor, 0)).toBe(0)
    expect((await stripe.refunds.list({ payment_intent: id })).data.map(refund => refund.amount)).toEqual([1_800, 700])
    expect((await stripe.charges.list({ payment_intent: id })).data).toMatchObject([{ amount_captured: 2_500, amount_refunded: 2_500, refunded: true }])
  })

  it('lets go of what is not captured, and of all when cancelled', async () => {
    const partly = newOrder()
    const first = await stripe.paymentIntents.create(manual(partly))
    await stripe.paymentIntents.capture(first.id, { amount_to_capture: 1_000 })
    expect((await ledgerOf(partly)).intents).toMatchObject([{ capturedMinor: 1_000, heldMinor: 0 }])

    const cancelled = newOrder()
    const second = await stripe.paymentIntents.create(manual(cancelled))
    expect(await stripe.paymentIntents.cancel(second.id)).toMatchObject({ status: 'canceled' })
    expect((await ledgerOf(cancelled)).intents).toMatchObject([{ capturedMinor: 0, heldMinor: 0 }])
    expect(await errorOf(stripe.paymentIntents.capture(second.id))).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' })
  })

  it('finds an order by its metadata and pages through intents newest first', async () => {
    const orderId = newOrder()
    const { id } = await stripe.paymentIntents.create(manual(orderId))
    const search = await stripe.paymentIntents.search({ query: `metadata['order_id']:'${orderId}'` })
    expect(search.data.map(intent => intent.id)).toEqual([id])
    const first = await stripe.paymentIntents.list({ limit: 1, created: { gte: Math.floor(Date.now() / 1_000) - 60 } })
    expect(first).toMatchObject({ has_more: true, data: [{ id }] })
    const all: string[] = []
    for await (const intent of stripe.paymentIntents.list({ limit: 2 })) all.push(intent.id)
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(2)
    const retrieved = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })
    expect(retrieved.latest_charge).toMatchObject({ object: 'charge', amount: 2_500, captured: false })
  })
})

describe('refusals', () => {
  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
  ])('%s is declined with %s', async (method, code, declineCode) => {
    const orderId = newOrder()
    const error = await errorOf(stripe.paymentIntents.create(manual(orderId, method)))
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
    expect(error).toMatchObject({ statusCode: 402, code, decline_code: declineCode, payment_intent: { status: 'requires_payment_method' } })
    expect((await ledgerOf(orderId)).rows).toEqual([])
    const retried = await stripe.paymentIntents.confirm(String(error.payment_intent?.id), { payment_method: 'pm_card_mastercard' })
    expect(retried.status).toBe('requires_capture')
  })

  it('names what is wrong with a request', async () => {
    expect(await errorOf(stripe.paymentIntents.create(manual(newOrder(), 'pm_nobody')))).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'payment_method' })
    expect(await errorOf(stripe.paymentIntents.retrieve('pi_nobody'))).toMatchObject({ statusCode: 404, code: 'resource_missing' })
    expect(await errorOf(stripe.paymentIntents.create({ ...manual(newOrder()), amount: 0 }))).toMatchObject({ statusCode: 400, param: 'amount' })
    expect(await errorOf(stripe.paymentIntents.create({ ...manual(newOrder()), amount: 12.5 }))).toMatchObject({ statusCode: 400, param: 'amount' })
    const stranger = new Stripe('sk_test_wrong', { host: '127.0.0.1', port: sandbox.port, protocol: 'http', maxNetworkRetries: 0 })
    expect(await errorOf(stranger.paymentIntents.list())).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
  })

  it('a challenge holds the payment until the cardholder answers', async () => {
    const orderId = newOrder()
    const { id, next_action: action } = await stripe.paymentIntents.create(manual(orderId, 'pm_card_authenticationRequired'))
    expect((await ledgerOf(orderId)).rows).toEqual([])
    const page = action?.redirect_to_url?.url ?? ''
    expect(await (await fetch(page)).text()).toContain('25.00 GBP')
    await fetch(page, { method: 'POST', body: new URLSearchParams({ outcome: 'approve' }) })
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture', next_action: null })
  })

  it('a slow payment method is processing first and succeeds later', async () => {
    const orderId = newOrder()
    const { id, status } = await stripe.paymentIntents.create({ ...manual(orderId, 'pm_usBankAccount_processing'), capture_method: 'automatic' })
    expect(status).toBe('processing')
    await receiver.until(received => received.some(({ body }) => body.type === 'payment_intent.succeeded' && (body.data.object as { id: string }).id === id))
    expect((await ledgerOf(orderId)).intents).toMatchObject([{ capturedMinor: 2_500, heldMinor: 0 }])
  })

  it('a card form becomes a payment method, unless the number is mistyped', async () => {
    const card = { exp_month: 12, exp_year: new Date().getUTCFullYear() + 1, cvc: '123' }
    const method = await stripe.paymentMethods.create({ type: 'card', card: { ...card, number: '4000 0000 0000 0002' } })
    expect(method.card).toMatchObject({ brand: 'visa', last4: '0002' })
    expect((await errorOf(stripe.paymentIntents.create(manual(newOrder(), method.id)))).code).toBe('card_declined')
    expect((await errorOf(stripe.paymentMethods.create({ type: 'card', card: { ...card, number: '4242424242424241' } }))).code).toBe('incorrect_number')
    expect((await errorOf(stripe.paymentMethods.create({ type: 'card', card: { ...card, number: '4242424242424242', exp_year: 2020 } }))).code).toBe('invalid_expiry_year')
  })
})

describe('idempotency', () => {
  it('a repeated key gets the same answer, marked as replayed, and charges once', async () => {
    const orderId = newOrder()
    const first = await stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId })
    const second = await stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId })
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect({ ...second }).toEqual({ ...first })
    expect((await ledgerOf(orderId)).rows).toHaveLength(1)
  })

  it('a decline is replayed too, and a malformed request leaves the key free', async () => {
    const orderId = newOrder()
    const declined = manual(orderId, 'pm_card_chargeDeclined')
    const first = await errorOf(stripe.paymentIntents.create(declined, { idempotencyKey: orderId }))
    const second = await errorOf(stripe.paymentIntents.create(declined, { idempotencyKey: orderId }))
    expect(second.headers?.['idempotent-replayed']).toBe('true')
    expect(second.payment_intent?.id).toBe(first.payment_intent?.id)

    const freeKey = newOrder()
    await errorOf(stripe.paymentIntents.create({ ...manual(freeKey), amount: -1 }, { idempotencyKey: freeKey }))
    expect((await stripe.paymentIntents.create(manual(freeKey), { idempotencyKey: freeKey })).status).toBe('requires_capture')
  })

  it('other parameters or another path under a known key are refused', async () => {
    const orderId = newOrder()
    const { id } = await stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId })
    const other = await errorOf(stripe.paymentIntents.create({ ...manual(orderId), amount: 1 }, { idempotencyKey: orderId }))
    expect(other).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' })
    expect(await errorOf(stripe.paymentIntents.capture(id, {}, { idempotencyKey: orderId }))).toMatchObject({ rawType: 'idempotency_error' })
  })

  it('a key at work answers 409', async () => {
    const orderId = newOrder()
    await sandbox.faults('payments', { commitDelayMs: 400, only: 'create' })
    const both = await Promise.allSettled([1, 2].map(() => stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId })))
    const refused = both.filter(result => result.status === 'rejected').map(result => result.reason as Stripe.errors.StripeError)
    expect(refused).toMatchObject([{ statusCode: 409 }])
    expect((await ledgerOf(orderId)).rows).toHaveLength(1)
  })
})

describe('faults', () => {
  it('when the answer is lost after the charge, then asking by the key finds that charge', async () => {
    const orderId = newOrder()
    await sandbox.faults('payments', { answerLostAfterCharge: 1, only: 'create' })
    expect(await errorOf(stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId }))).toBeInstanceOf(Stripe.errors.StripeConnectionError)
    const charged = (await ledgerOf(orderId)).rows
    expect(charged).toHaveLength(1)
    await sandbox.faults('payments', {})
    const found = await stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId })
    expect(found).toMatchObject({ id: charged[0]?.intent, status: 'requires_capture' })
    expect((await ledgerOf(orderId)).rows).toHaveLength(1)
  })

  it('when the work outlasts the client, then it is done all the same', async () => {
    const orderId = newOrder()
    await sandbox.faults('payments', { commitDelayMs: 1_000, only: 'create' })
    const timely = { idempotencyKey: orderId, timeout: 100 }
    expect(await errorOf(stripe.paymentIntents.create(manual(orderId), timely))).toBeInstanceOf(Stripe.errors.StripeConnectionError)
    expect((await ledgerOf(orderId)).rows).toEqual([])
    await receiver.until(received => received.some(({ body }) => JSON.stringify(body).includes(`"order_id":"${orderId}"`)))
    expect((await ledgerOf(orderId)).rows).toHaveLength(1)
  })

  it('down, errors and a frozen answer leave no trace', async () => {
    const orderId = newOrder()
    await sandbox.faults('payments', { down: true })
    expect(await errorOf(stripe.paymentIntents.create(manual(orderId)))).toBeInstanceOf(Stripe.errors.StripeConnectionError)
    await sandbox.faults('payments', { errorRate: 1 })
    expect(await errorOf(stripe.paymentIntents.create(manual(orderId)))).toMatchObject({ statusCode: 500 })
    expect((await ledgerOf(orderId)).rows).toEqual([])

    await sandbox.faults('payments', { hang: true })
    const frozen = async () => (await (await fetch(`${sandbox.url}/health`)).json() as { frozen: number }).frozen
    const hanging = request(`${sandbox.url}/v1/payment_intents`, { headers: { authorization: `Bearer ${key}` } }).end()
    hanging.on('error', () => {})
    await expect.poll(frozen).toBe(1)
    hanging.destroy()
    await expect.poll(frozen).toBe(0)
  })

  it('a bad knob is refused with its reason', async () => {
    const refused = await sandbox.faults('payments', { errorRate: 2, garbage: true })
    expect(refused.status).toBe(422)
    const { errors } = await refused.json() as { errors: { path: string, message: string }[] }
    expect(errors.map(error => error.path + error.message).join()).toMatch(/errorRate.*garbage/)
  })
})

describe('webhooks', () => {
  const forIntent = (id: string) => receiver.received.filter(({ body }) => (body.data.object as { id: string }).id === id)

  it('are signed so that the SDK accepts them, and a forged one fails', async () => {
    const { id } = await stripe.paymentIntents.create({ ...manual(newOrder()), capture_method: 'automatic' })
    await receiver.until(() => forIntent(id).some(({ body }) => body.type === 'payment_intent.succeeded'))
    const types = forIntent(id).map(({ raw, headers }) => stripe.webhooks.constructEvent(raw, String(headers['stripe-signature']), webhookSecret).type)
    expect(types.sort()).toEqual(['payment_intent.created', 'payment_intent.succeeded'])
    const [first] = forIntent(id)
    expect(() => stripe.webhooks.constructEvent(first?.raw.replace('2500', '1') ?? '', String(first?.headers['stripe-signature']), webhookSecret)).toThrow(/signature/)
    const events = await stripe.events.list({ type: 'payment_intent.succeeded', limit: 1 })
    expect(events.data[0]?.data.object).toMatchObject({ id })
  })

  it('tell of captures, declines, cancellations and refunds', async () => {
    const { id } = await stripe.paymentIntents.create(manual(newOrder()))
    await stripe.paymentIntents.capture(id)
    const refund = await stripe.refunds.create({ payment_intent: id })
    const declined = (await errorOf(stripe.paymentIntents.create(manual(newOrder(), 'pm_card_chargeDeclined')))).payment_intent?.id ?? ''
    await stripe.paymentIntents.cancel(declined)
    const seen = (object: string, type: string) => receiver.until(() => forIntent(object).some(({ body }) => body.type === type))
    await Promise.all([
      seen(id, 'payment_intent.amount_capturable_updated'),
      seen(id, 'payment_intent.succeeded'),
      seen(refund.id, 'refund.created'),
      seen(String(refund.charge), 'charge.refunded'),
      seen(declined, 'payment_intent.payment_failed'),
      seen(declined, 'payment_intent.canceled'),
    ])
  })

  it('come twice and newest first when the knobs say so', async () => {
    await sandbox.faults('payments', { duplicateWebhooks: 1, reorderWebhooks: true })
    const { id } = await stripe.paymentIntents.create(manual(newOrder()))
    await receiver.until(() => forIntent(id).length === 4)
    expect(forIntent(id).map(({ body }) => body.type.split('.')[1])).toEqual(['amount_capturable_updated', 'amount_capturable_updated', 'created', 'created'])
    expect(new Set(forIntent(id).map(({ body }) => body.id)).size).toBe(2)
  })
})

describe('a restart', () => {
  it('keeps the ledger, the keys and the webhooks that were not accepted yet', async () => {
    const orderId = newOrder()
    receiver.answerWith(503)
    const { id } = await stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId })
    const before = await ledgerOf(orderId)
    await receiver.until(received => received.some(({ body }) => (body.data.object as { id: string }).id === id))
    await sandbox.stop('SIGKILL')
    receiver.answerWith(200)
    const soFar = receiver.received.length
    await start()
    expect(await ledgerOf(orderId)).toEqual(before)
    expect((await stripe.paymentIntents.create(manual(orderId), { idempotencyKey: orderId })).id).toBe(id)
    const types = () => new Set(receiver.received.slice(soFar).filter(({ body }) => (body.data.object as { id: string }).id === id).map(({ body }) => body.type))
    await receiver.until(() => types().size === 2)
  })

  it('ends cleanly on SIGTERM, also with a frozen answer open', async () => {
    await sandbox.faults('payments', { hang: true })
    const hanging = fetch(`${sandbox.url}/v1/charges`).catch(() => 'cut off')
    await expect.poll(async () => (await (await fetch(`${sandbox.url}/health`)).json() as { frozen: number }).frozen).toBe(1)
    expect(await sandbox.stop()).toBe(0)
    expect(await hanging).toBe('cut off')
    await start()
  })
})
