import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addQuantity } from '../../server/cart/db/queries.ts'
import { moveOrders } from '../../server/orders/db/queries.ts'
import { placeOrder, type PlaceOrderDeps } from '../../server/orders/place-order.ts'
import { acceptCapture } from '../../server/orders/settle-payment.ts'
import { startCheckout } from '../../server/orders/start-checkout.ts'
import { AppError } from '../../server/platform/http/app-error.ts'
import { atRacePoint, type RacePoint } from '../../server/platform/race-points.ts'
import { GatewayUnreachableError, type Intent } from '../../server/payments/gateway.ts'
import { findPayment, sumRefunds } from '../../server/payments/index.ts'
import type { PlaceOrderBody } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
})
afterAll(() => own.drop())

/** A gateway that keeps its word: the same key is the same effect. It counts what was taken from the card. */
function gateway() {
  const intents = new Map<string, Intent>()
  let captures = 0
  const at = (id: string) => [...intents.values()].find(intent => intent.id === id)!
  const move = (id: string, status: Intent['status']) => {
    const intent = at(id)
    if (status === 'captured' && intent.status !== 'captured') captures += 1
    if (intent.status !== 'captured') intent.status = status
    return { ...intent }
  }
  return {
    captures: () => captures,
    gateway: {
      async create({ orderId, amountMinor, currency, key }) {
        const intent = intents.get(key) ?? { id: `pi_${randomUUID()}`, status: 'open', amountMinor, currency, orderId, declineReason: null }
        intents.set(key, intent)
        return { ...intent }
      },
      confirm: async id => move(id, at(id).status === 'open' ? 'authorised' : at(id).status),
      capture: async id => move(id, 'captured'),
      cancel: async id => move(id, 'cancelled'),
      retrieve: async id => ({ ...at(id) }),
    } satisfies PlaceOrderDeps['gateway'],
  }
}

async function purchase() {
  const ownerId = randomUUID()
  const [variantId] = await addProduct(own.database, product(`interrupted-${randomUUID()}`, { stock: 1 }))
  const { result: checkout } = await own.database.write(async (tx) => {
    await addQuantity(tx, ownerId, variantId!, 1)
    return startCheckout(tx, { ownerId, holdMs: 60_000 })
  })
  const body: PlaceOrderBody = { checkoutId: checkout.id, email: 'ada@example.com', address: { name: 'Ada', line1: '1', city: 'London', postcode: 'N1', country: 'GB' }, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }
  return { ownerId, key: randomUUID(), body }
}

const ordersOf = async (checkoutId: string) => (await own.database.fresh(db => db.execute<{ id: string, status: string }>(sql`select id, status from orders where checkout_id = ${checkoutId}`))).rows

const moments: RacePoint[] = ['order-claimed', 'order-committed', 'intent-created', 'payment-confirmed', 'payment-captured', 'outcome-applied', 'order-settled']

describe('when placing an order breaks off', () => {
  test.each(moments)('at "%s", then the same key gets one order and one charge, at once', async (moment) => {
    const { gateway: card, captures } = gateway()
    const what = await purchase()
    const deps = { database: own.database, gateway: card, waitMs: 300 }
    let broken = false
    const heal = atRacePoint(moment, async () => {
      if (!broken) {
        broken = true
        throw new Error('the process is gone')
      }
    })
    await placeOrder(deps, what).catch(() => null)
    expect(broken).toBe(true)
    const { status, order } = await placeOrder(deps, what)
    heal()
    expect([status, order.status]).toEqual([201, 'paid'])
    expect(await placeOrder(deps, what)).toMatchObject({ status: 201, replayed: true, order: { id: order.id } })
    expect(await ordersOf(what.body.checkoutId)).toEqual([{ id: order.id, status: 'paid' }])
    expect(captures()).toBe(1)
  })

  test.each(moments.slice(1))('at "%s" with the whole process, then the next one takes over when the lock is old, and charges once', async (moment) => {
    const { gateway: card, captures } = gateway()
    const what = await purchase()
    let dead = false
    const die = () => Promise.reject(new AppError({ code: 'platform/database-unavailable', status: 503, title: 'gone' }))
    const database: PlaceOrderDeps['database'] = {
      fresh: query => dead ? die() : own.database.fresh(query),
      write: work => dead ? die() : own.database.write(work),
    }
    const heal = atRacePoint(moment, async () => {
      dead = true
      throw new Error('the process is gone')
    })
    await placeOrder({ database, gateway: card }, what).catch(() => null)
    heal()
    expect(dead).toBe(true)
    const deps = { database: own.database, gateway: card, waitMs: 0 }
    await expect(placeOrder(deps, what)).rejects.toMatchObject({ code: 'orders/still-running', retryAfterS: 1 })
    await own.database.fresh(db => db.execute(sql`update idempotency_keys set locked_until = clock_timestamp() where key = ${what.key}`))
    const both = await Promise.all([placeOrder({ ...deps, waitMs: 4_000 }, what), placeOrder({ ...deps, waitMs: 4_000 }, what)])
    expect(both.map(answer => answer.status)).toEqual([201, 201])
    expect(await ordersOf(what.body.checkoutId)).toEqual([{ id: both[0]!.order.id, status: 'paid' }])
    expect(captures()).toBe(1)
  })

  test('after it was refused, and the bank takes the money all the same, then the same key is told that it failed and the money goes back', async () => {
    const { gateway: card } = gateway()
    const what = await purchase()
    const unreachable = { ...card, confirm: () => Promise.reject(new GatewayUnreachableError()) }
    const heal = atRacePoint('order-settled', async () => {
      throw new Error('died')
    })
    await expect(placeOrder({ database: own.database, gateway: unreachable }, what)).rejects.toThrow('died')
    heal()
    const [order] = await ordersOf(what.body.checkoutId)
    expect(order!.status).toBe('payment-failed')
    const payment = (await own.database.fresh(db => findPayment(db, order!.id)))!
    await acceptCapture({ database: own.database, gateway: card }, payment, 'found in the books of the bank')
    await expect(placeOrder({ database: own.database, gateway: card, waitMs: 0 }, what)).rejects.toMatchObject({ code: 'orders/payment-declined', detail: 'The payment came too late and is being sent back.' })
    expect(await own.database.fresh(db => sumRefunds(db, order!.id))).toBe(payment.amountMinor)
  })

  test('by a bank that does not answer yet, then the same key looks again at once', async () => {
    const { gateway: card, captures } = gateway()
    const what = await purchase()
    const silent = { ...card, confirm: () => Promise.reject(new Error('timeout')), retrieve: () => Promise.reject(new Error('timeout')) }
    expect((await placeOrder({ database: own.database, gateway: silent }, what)).status).toBe(202)
    // The bank may still be at work on the first question: it is asked how things stand, and nothing is tried again yet.
    expect((await placeOrder({ database: own.database, gateway: card, waitMs: 0 }, what)).status).toBe(202)
    await own.database.fresh(db => db.execute(sql`update payments set updated_at = updated_at - interval '1 minute'`))
    expect((await placeOrder({ database: own.database, gateway: card, waitMs: 0 }, what)).status).toBe(201)
    expect(captures()).toBe(1)
  })
})

describe('when a guest logs in while their order is being placed', () => {
  test.each(['order-claimed', 'order-committed', 'order-settled'] as const)('at "%s", then order and answer are the account\'s', async (moment) => {
    const { gateway: card, captures } = gateway()
    const what = await purchase()
    const accountId = randomUUID()
    let moved: Promise<unknown> = Promise.resolve()
    const heal = atRacePoint(moment, async () => {
      moved = own.database.write(tx => moveOrders(tx, what.ownerId, accountId))
      // Inside the order's transaction the move must wait for it.
      if (moment !== 'order-claimed') await moved
    })
    const first = await placeOrder({ database: own.database, gateway: card }, what)
    heal()
    await moved
    const again = await placeOrder({ database: own.database, gateway: card, waitMs: 0 }, { ...what, ownerId: accountId })
    expect([first.status, again.status, again.replayed, again.order.id]).toEqual([201, 201, true, first.order.id])
    const { rows } = await own.database.fresh(db => db.execute<{ owner_id: string }>(sql`select owner_id from orders where checkout_id = ${what.body.checkoutId}`))
    expect(rows).toEqual([{ owner_id: accountId }])
    expect(captures()).toBe(1)
  })
})
