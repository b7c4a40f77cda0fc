import { afterAll, describe, expect, test } from 'vitest'
import { insertPayment, findPayment } from '../../server/payments/db/queries.ts'
import { abandonPayment, advancePayment, type PaymentDeps } from '../../server/payments/advance-payment.ts'
import { DeclinedError, GatewayBusyError, GatewayUnreachableError, type Intent } from '../../server/payments/gateway.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
afterAll(shop.close)

type Gateway = PaymentDeps['gateway']

/** A gateway that keeps one intent and says what it is told to; `calls` are what it was asked. */
function scripted(script: Partial<Record<keyof Gateway, () => void>> = {}, amountMinor = 1_000) {
  const intent: Intent = { id: `pi_${crypto.randomUUID()}`, status: 'open', amountMinor, currency: 'GBP', orderId: null, declineReason: null }
  const calls: string[] = []
  const step = (name: keyof Gateway, status: Intent['status'] | null, applied = true) => async () => {
    calls.push(name)
    if (status && applied) intent.status = status
    script[name]?.()
    return { ...intent }
  }
  return { intent, calls, gateway: { create: step('create', null), confirm: step('confirm', 'authorised'), capture: step('capture', 'captured'), retrieve: step('retrieve', null), cancel: step('cancel', 'cancelled') } satisfies Gateway }
}

async function newPayment() {
  const orderId = crypto.randomUUID()
  await shop.database.write(tx => insertPayment(tx, { orderId, paymentMethod: 'pm_card_visa', amountMinor: 1_000, currency: 'GBP' }))
  return orderId
}
const stateOf = async (orderId: string) => (await shop.database.fresh(db => findPayment(db, orderId)))?.state
const advance = (gateway: Gateway, orderId: string) => advancePayment({ database: shop.database, gateway }, orderId)
const fail = (error: Error) => () => {
  throw error
}

describe('a payment', () => {
  test('is created, authorised and captured, each once, however often it is advanced', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scripted()
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(calls).toEqual(['create', 'confirm', 'capture'])
  })

  test('when the answer to the confirmation is lost, then the gateway is asked and nothing is confirmed again', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scripted({ confirm: fail(new Error('socket hang up')) })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(calls).toEqual(['create', 'confirm', 'retrieve', 'capture'])
  })

  test('when the gateway neither answers nor tells, then the payment is pending, not failed', async () => {
    const orderId = await newPayment()
    const { gateway } = scripted({ confirm: fail(new Error('timeout')), retrieve: fail(new Error('timeout')) })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('created')
  })

  test('when another call with its key is at work, then it is left alone', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scripted({ create: fail(new GatewayBusyError()) })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('new')
    expect(calls).toEqual(['create'])
  })

  test('when the bank says no, then that is final and says why', async () => {
    const orderId = await newPayment()
    const { gateway } = scripted({ confirm: fail(new DeclinedError('Your card has insufficient funds.')) })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'declined', reason: 'Your card has insufficient funds.' })
    expect(await advance(scripted().gateway, orderId)).toMatchObject({ kind: 'declined' })
  })

  test('when the gateway cannot be reached before anything was authorised, then it is given up, and voided later', async () => {
    const orderId = await newPayment()
    const { gateway, calls, intent } = scripted({ confirm: fail(new GatewayUnreachableError()) })
    intent.status = 'open'
    expect(await advance(gateway, orderId)).toEqual({ kind: 'refused' })
    expect(await stateOf(orderId)).toBe('abandoned')
    expect(await abandonPayment({ database: shop.database, gateway }, orderId)).toEqual({ kind: 'refused' })
    expect(await stateOf(orderId)).toBe('voided')
    expect(calls).toEqual(['create', 'confirm', 'cancel'])
  })

  test('when the gateway cannot be reached after the authorisation, then only patience is right', async () => {
    const orderId = await newPayment()
    const { gateway } = scripted({ capture: fail(new GatewayUnreachableError()) })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('authorised')
  })

  test('when the gateway holds another amount than the order, then nothing is captured and people must look', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scripted({}, 999)
    await expect(advance(gateway, orderId)).rejects.toMatchObject({ code: 'payments/amount-mismatch' })
    expect(calls).not.toContain('capture')
  })

  test('when it was captured before it could be given up, then it counts as paid', async () => {
    const orderId = await newPayment()
    const { gateway, intent } = scripted({ capture: fail(new Error('lost')), retrieve: () => {}, cancel: fail(new Error('already captured')) })
    const away = scripted({ confirm: fail(new Error('timeout')), retrieve: fail(new Error('timeout')) })
    await advance({ ...away.gateway, create: gateway.create }, orderId)
    intent.status = 'captured'
    const cancelled = { ...gateway, cancel: async () => Promise.reject(new Error('already captured')) }
    expect(await abandonPayment({ database: shop.database, gateway: cancelled }, orderId)).toEqual({ kind: 'captured' })
    expect(await stateOf(orderId)).toBe('captured')
  })

  test('when two advance it at the same time, then it is captured once in our books', async () => {
    const orderId = await newPayment()
    const { gateway } = scripted()
    expect(await Promise.all([advance(gateway, orderId), advance(gateway, orderId), advance(gateway, orderId)])).toEqual(Array(3).fill({ kind: 'captured' }))
  })
})
