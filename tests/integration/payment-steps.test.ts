import { eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { abandonPayment } from '../../server/payments/abandon-payment.ts'
import { advancePayment } from '../../server/payments/advance-payment.ts'
import { findPayment, insertPayment, moveToState } from '../../server/payments/db/queries.ts'
import { payments } from '../../server/payments/db/tables.ts'
import { DeclinedError, GatewayBusyError, GatewayTimeoutError, GatewayUnreachableError } from '../../server/payments/gateway.ts'
import type { PaymentDeps } from '../../server/payments/payment-outcome.ts'
import { runningShop } from '../harness/running-shop.ts'
import { scriptedGateway } from '../harness/scripted-gateway.ts'
import { retryOnTimeout } from '../naive/retry-on-timeout.ts'

const shop = runningShop()
afterAll(shop.close)

async function newPayment() {
  const orderId = crypto.randomUUID()
  await shop.database.write(tx => insertPayment(tx, { orderId, paymentMethod: 'pm_card_visa', amountMinor: 1_000, currency: 'GBP' }))
  return orderId
}
const paymentOf = async (orderId: string) => (await shop.database.fresh(db => findPayment(db, orderId)))!
const stateOf = async (orderId: string) => (await paymentOf(orderId)).state
const advance = (gateway: PaymentDeps['gateway'], orderId: string) => advancePayment({ database: shop.database, gateway }, orderId)
const abandon = (gateway: PaymentDeps['gateway'], orderId: string) => abandonPayment({ database: shop.database, gateway }, orderId)
/** As if it had last moved ten minutes ago, so that nobody can be at work on it. */
const long = (orderId: string) => shop.database.fresh(db => db.update(payments).set({ updatedAt: sql`now() - interval '10 minutes'` }).where(eq(payments.orderId, orderId)))

describe('a payment', () => {
  test('is created, authorised and captured, each once, however often it is advanced', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scriptedGateway()
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(calls).toEqual(['create', 'confirm', 'capture'])
  })

  test('says that it is being confirmed before the bank is asked', async () => {
    const orderId = await newPayment()
    const seen: string[] = []
    const { gateway } = scriptedGateway({ confirm: async () => void seen.push(await stateOf(orderId)) })
    await advance(gateway, orderId)
    expect(seen).toEqual(['confirming'])
  })

  test('when two advance it at the same time, then the bank is asked once', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scriptedGateway()
    await Promise.all([advance(gateway, orderId), advance(gateway, orderId), advance(gateway, orderId)])
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(calls.filter(call => call === 'confirm')).toHaveLength(1)
  })

  test('moves on only, and says who moved it', async () => {
    const orderId = await newPayment()
    const seen = await paymentOf(orderId)
    const move = (from: Parameters<typeof moveToState>[1], to: Parameters<typeof moveToState>[2]) => shop.database.fresh(db => moveToState(db, from, to))
    expect(await Promise.all([move(seen, 'created'), move(seen, 'created')])).toEqual(expect.arrayContaining([true, false]))
    const created = await paymentOf(orderId)
    expect(await move(created, 'new')).toBe(false)
    expect(await move(created, 'captured')).toBe(true)
    expect(await move(await paymentOf(orderId), 'voided')).toBe(false)
    expect(await stateOf(orderId)).toBe('captured')
  })
})

describe('silence', () => {
  test('when the answer to the confirmation is lost, then the gateway is asked and nothing is confirmed again', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scriptedGateway({ confirm: new Error('socket hang up') })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(calls).toEqual(['create', 'confirm', 'retrieve', 'capture'])
  })

  test('when the gateway neither answers nor tells, then the payment is pending, not failed', async () => {
    const orderId = await newPayment()
    const { gateway } = scriptedGateway({ confirm: new GatewayTimeoutError(), retrieve: new GatewayTimeoutError() })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('confirming')
  })

  test('when a confirmation had no answer and the gateway then cannot be reached, then the order is not failed, for the card may be charged', async () => {
    const orderId = await newPayment()
    const { gateway, script, calls } = scriptedGateway({ confirm: new GatewayTimeoutError(), retrieve: new GatewayUnreachableError() })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    script.confirm = new GatewayUnreachableError()
    await long(orderId)
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await abandon(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('confirming')
    Object.assign(script, { confirm: undefined, retrieve: undefined })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(calls.filter(call => call === 'confirm')).toHaveLength(1)
  })

  test('when a confirmation was never heard, then it is repeated with the same key, once nobody can be at work on it', async () => {
    const orderId = await newPayment()
    const { gateway, script, calls, keys } = scriptedGateway({ confirm: new GatewayTimeoutError() }, { unheard: ['confirm'] })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(calls).toEqual(['create', 'confirm', 'retrieve', 'retrieve'])
    await long(orderId)
    script.confirm = new GatewayUnreachableError()
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('confirming')
    expect(new Set(keys.confirm).size).toBe(1)
  })

  test('when the creation is not answered in time, then it is pending, and found again under the same key', async () => {
    const orderId = await newPayment()
    const { gateway, script, keys } = scriptedGateway({ create: new GatewayTimeoutError() })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('new')
    script.create = undefined
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(new Set(keys.create).size).toBe(1)
  })

  test('when another call with its key is at work, then it is left alone', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scriptedGateway({ create: new GatewayBusyError() })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('new')
    expect(calls).toEqual(['create'])
  })

  test('with a retry under a fresh key instead, the card is charged twice: the tests above can fail', async () => {
    const { gateway, captured } = scriptedGateway({ capture: new GatewayTimeoutError() }, { failures: 1 })
    await retryOnTimeout(gateway, { orderId: crypto.randomUUID(), amountMinor: 1_000, currency: 'GBP', paymentMethod: 'pm_card_visa' })
    expect(captured()).toBe(2)
  })
})

describe('a refusal', () => {
  test('when the bank says no, then that is final and says why', async () => {
    const orderId = await newPayment()
    const { gateway } = scriptedGateway({ confirm: new DeclinedError('Your card has insufficient funds.') }, { unheard: ['confirm'] })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'declined', reason: 'Your card has insufficient funds.' })
    expect(await advance(scriptedGateway().gateway, orderId)).toMatchObject({ kind: 'declined' })
  })

  test.each([['cannot be reached', new GatewayUnreachableError()], ['answers with a fault', new Error('500')]])('when the gateway %s at creation, then nothing can have moved: it is given up', async (_, error) => {
    const orderId = await newPayment()
    const { gateway } = scriptedGateway({ create: error })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'refused' })
    expect(await stateOf(orderId)).toBe('abandoned')
  })

  test('when the gateway cannot be reached at the first confirmation, then it is given up, and voided later', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scriptedGateway({ confirm: new GatewayUnreachableError() }, { unheard: ['confirm'] })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'refused' })
    expect(await stateOf(orderId)).toBe('abandoned')
    expect(await abandon(gateway, orderId)).toEqual({ kind: 'refused' })
    expect(await stateOf(orderId)).toBe('voided')
    expect(calls).toEqual(['create', 'confirm', 'retrieve', 'cancel'])
  })

  test('when the gateway cannot be reached after the authorisation, then only patience is right', async () => {
    const orderId = await newPayment()
    const { gateway } = scriptedGateway({ capture: new GatewayUnreachableError() }, { unheard: ['capture'] })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('authorised')
  })

  test('when the bank wants to see the holder, then it is declined, and voided so that they cannot agree later', async () => {
    const orderId = await newPayment()
    const { gateway, intent } = scriptedGateway({}, { confirmed: 'challenged' })
    const declined = { kind: 'declined', reason: 'The bank wants to see this card in person. Please use another one.' }
    expect(await advance(gateway, orderId)).toEqual(declined)
    expect(await stateOf(orderId)).toBe('abandoned')
    expect(await abandon(gateway, orderId)).toEqual(declined)
    expect([await stateOf(orderId), intent.status]).toEqual(['voided', 'cancelled'])
  })

  test('when the gateway holds another amount than the order, then the bank is not asked for it, people must look, and it ends voided', async () => {
    const orderId = await newPayment()
    const { gateway, calls } = scriptedGateway({}, { amountMinor: 999 })
    await expect(advance(gateway, orderId)).rejects.toMatchObject({ code: 'payments/amount-mismatch' })
    expect(calls).toEqual(['create'])
    expect(await abandon(gateway, orderId)).toEqual({ kind: 'refused' })
    expect(calls.at(-1)).toBe('cancel')
  })
})

describe('giving up', () => {
  test('while the bank is processing, then it stays pending, and counts when the money comes', async () => {
    const orderId = await newPayment()
    const { gateway, intent, calls } = scriptedGateway({}, { confirmed: 'processing' })
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    await long(orderId)
    expect(await advance(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await abandon(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('confirming')
    intent.status = 'captured'
    expect(await advance(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(calls.filter(call => call === 'confirm' || call === 'cancel')).toEqual(['confirm'])
  })

  test('when it was captured before it could be given up, then it counts as captured', async () => {
    const orderId = await newPayment()
    const { gateway, intent, script } = scriptedGateway({ confirm: new GatewayTimeoutError(), retrieve: new GatewayTimeoutError() })
    await advance(gateway, orderId)
    intent.status = 'captured'
    script.retrieve = undefined
    expect(await abandon(gateway, orderId)).toEqual({ kind: 'captured' })
    expect(await stateOf(orderId)).toBe('captured')
  })

  test('when the answer to the creation was lost, then its intent is found by the key and voided', async () => {
    const orderId = await newPayment()
    const { gateway, intent, script, calls, keys } = scriptedGateway({ create: new GatewayTimeoutError() })
    await advance(gateway, orderId)
    expect(await abandon(gateway, orderId)).toEqual({ kind: 'pending' })
    expect(await stateOf(orderId)).toBe('new')
    script.create = undefined
    expect(await abandon(gateway, orderId)).toEqual({ kind: 'refused' })
    expect(await paymentOf(orderId)).toMatchObject({ state: 'voided', intentId: intent.id })
    expect(intent.status).toBe('cancelled')
    expect([calls.at(-1), new Set(keys.create).size]).toEqual(['cancel', 1])
  })
})
