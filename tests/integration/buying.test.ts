import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { mails } from '../../server/notifications/db/tables.ts'
import { stock, stockMovements } from '../../server/products/db/tables.ts'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Order, OrderList } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const stockOf = async (variantId: string) => (await shop.database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId))))[0]!

describe('buying', () => {
  test('a guest buys, is told how it goes, and each effect happens once', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('whole-life'), { priceMinor: 2500, stock: 5 }))
    const guest = shop.shopper()
    const { status, body } = await guest.buy(variantId!)
    expect(status).toBe(201)
    // A worker may be quicker than the answer.
    expect(['paid', 'fulfilling']).toContain(body.status)
    expect(body).toMatchObject({ subtotalMinor: 2500, shippingMinor: 395, totalMinor: 2895, taxMinor: 483, currency: 'GBP' })
    const { body: delivered } = await shop.untilStatus(guest, body.id, 'delivered')
    expect(delivered.events.map(event => event.status)).toEqual(['pending', 'paid', 'fulfilling', 'shipped', 'delivered'])
    expect(delivered.trackingNumber).toBeTruthy()
    await expect.poll(() => stockOf(variantId!)).toMatchObject({ onHand: 4, reserved: 0, sold: 1, received: 5, restocked: 0 })
    expect(await shop.ledger(body.id)).toMatchObject([{ capturedMinor: 2895, refundedMinor: 0, status: 'succeeded' }])
    const sent = await until(
      () => shop.database.fresh(db => db.select().from(mails).where(sql`${mails.body} like ${`%${body.id}%`} and ${mails.sentAt} is not null`)),
      rows => rows.length === 2,
    )
    expect(sent.map(mail => mail.subject).sort()).toEqual([`It is on its way · ${body.number}`, `We have your order · ${body.number}`])
    const files = await readdir(join(shop.dataDir, 'mail'))
    for (const { eventId } of sent) expect(files.filter(file => file.startsWith(eventId))).toHaveLength(1)
  })

  test('the cart is empty afterwards, but for what was added meanwhile', async () => {
    const [first, second] = await addProduct(shop.database, product(unique('meanwhile')))
    const shopper = shop.shopper()
    await shopper.add(first!, 2)
    const { body: checkout } = await shopper.checkout()
    await shopper.add(first!, 1)
    await shopper.add(second!, 1)
    await shopper.pay(checkout.id)
    const { body } = await shopper.get<Cart>('/api/cart')
    expect(body.lines.map(line => [line.variantId, line.quantity]).sort()).toEqual([[first, 1], [second, 1]].sort())
  })

  test('a declined card charges nothing, keeps the cart and gives the stock back', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('declined'), { stock: 2 }))
    const shopper = shop.shopper()
    const { status, body } = await shopper.buy(variantId!, { paymentMethod: 'pm_card_chargeDeclined' })
    expect([status, body.code]).toEqual([402, 'orders/payment-declined'])
    expect(await stockOf(variantId!)).toMatchObject({ onHand: 2, reserved: 0 })
    expect((await shopper.get<Cart>('/api/cart')).body.itemCount).toBe(1)
    const { body: checkout } = await shopper.checkout()
    expect((await shopper.pay(checkout.id)).status).toBe(201)
  })

  test('a refusal is the last word on its try: the same key says it again and says so, another key is another try', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('refused'), { stock: 2 }))
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const { body: checkout } = await shopper.checkout()
    const key = crypto.randomUUID()
    const answers = [await shopper.pay(checkout.id, { key, paymentMethod: 'pm_card_chargeDeclined' }), await shopper.pay(checkout.id, { key, paymentMethod: 'pm_card_chargeDeclined' })]
    expect(answers.map(answer => [answer.status, answer.body.code, answer.headers.get('idempotency-replayed')])).toEqual([[402, 'orders/payment-declined', null], [402, 'orders/payment-declined', 'true']])
    expect((await shopper.pay((await shopper.checkout()).body.id)).status).toBe(201)
  })

  test('a double click on Pay is one order and one charge', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('double')))
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const { body: checkout } = await shopper.checkout()
    const key = crypto.randomUUID()
    const answers = await Promise.all(Array.from({ length: 4 }, () => shopper.pay(checkout.id, { key })))
    expect(answers.map(answer => answer.status)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1)
    expect(answers.filter(answer => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(3)
    expect((await shop.ledger(answers[0]!.body.id)).filter(entry => entry.capturedMinor > 0)).toHaveLength(1)
    expect((await shopper.get<OrderList>('/api/orders')).body.items).toHaveLength(1)
  })

  test('the same key with another body is refused', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('reused')))
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const { body: checkout } = await shopper.checkout()
    const key = crypto.randomUUID()
    await shopper.pay(checkout.id, { key })
    const { status, body } = await shopper.pay(checkout.id, { key, shippingMethod: 'express' })
    expect([status, body.code]).toEqual([422, 'orders/idempotency-key-reused'])
  })

  test('without a key nothing is bought', async () => {
    const { status, body } = await shop.shopper().request<Maybe<Order>>('POST', '/api/orders', {})
    expect([status, body.code]).toEqual([400, 'orders/idempotency-key-missing'])
  })

  test('somebody else\'s checkout, order and cart line are as if they did not exist', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('private')))
    const owner = shop.shopper()
    await owner.add(variantId!)
    const { body: checkout } = await owner.checkout()
    const { body: cart } = await owner.get<Cart>('/api/cart')
    const stranger = shop.shopper()
    await stranger.add(variantId!)
    expect((await stranger.pay(checkout.id)).status).toBe(404)
    expect((await stranger.get(`/api/checkout/${checkout.id}`)).status).toBe(404)
    expect((await stranger.request('DELETE', `/api/cart/items/${cart.lines[0]!.id}`)).status).toBe(404)
    const { body: order } = await owner.pay(checkout.id)
    expect((await stranger.get(`/api/orders/${order.id}`)).status).toBe(404)
    expect((await stranger.request('POST', `/api/orders/${order.id}/cancel`)).status).toBe(404)
    expect((await stranger.get(`/api/orders/${order.id}?token=${order.token}`)).status).toBe(200)
  })

  test('the last one is sold once, however many want it', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('last'), { stock: 1 }))
    const shoppers = Array.from({ length: 12 }, () => shop.shopper())
    await Promise.all(shoppers.map(one => one.add(variantId!)))
    const checkouts = await Promise.all(shoppers.map(one => one.checkout()))
    expect(checkouts.filter(answer => answer.status === 201)).toHaveLength(1)
    expect(checkouts.filter(answer => answer.status === 409).every(answer => answer.body.code === 'orders/out-of-stock')).toBe(true)
  })

  test('a shopper who checks out again does not compete with themselves', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('again'), { stock: 1 }))
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const { body: first } = await shopper.checkout()
    const { status, body: second } = await shopper.checkout()
    expect(status).toBe(201)
    expect(await stockOf(variantId!)).toMatchObject({ onHand: 0, reserved: 1 })
    expect((await shopper.pay(first.id)).body.code).toBe('orders/checkout-expired')
    expect((await shopper.pay(second.id)).status).toBe(201)
  })

  test('a cancelled order is refunded at the gateway and back on the shelf, once', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const [variantId] = await addProduct(shop.database, product(unique('cancel'), { stock: 3 }))
    const shopper = shop.shopper()
    const { body } = await shopper.buy(variantId!)
    const cancel = () => shopper.request<Maybe<Order>>('POST', `/api/orders/${body.id}/cancel`)
    await until(cancel, answer => answer.status === 200)
    expect((await cancel()).status).toBe(200)
    const { body: refunded } = await shop.untilStatus(shopper, body.id, 'refunded')
    expect(refunded.refundedMinor).toBe(body.totalMinor)
    expect(await shop.ledger(body.id)).toMatchObject([{ capturedMinor: body.totalMinor, refundedMinor: body.totalMinor, netMinor: 0 }])
    const back = await until(() => stockOf(variantId!), row => row.onHand === 3)
    expect(back).toMatchObject({ sold: 1, restocked: 1, reserved: 0 })
    const moved = await shop.database.fresh(db => db.select().from(stockMovements).where(and(eq(stockMovements.variantId, variantId!), eq(stockMovements.kind, 'restocked'))))
    expect(moved).toHaveLength(1)
  })

  test('when the carrier\'s answer to a cancellation is lost, then the shopper is told so, and its news end the order', async () => {
    await shop.faults('carrier', { carrierStepMs: 60_000 })
    const [variantId] = await addProduct(shop.database, product(unique('cancel-lost'), { stock: 1 }))
    const shopper = shop.shopper()
    const { body } = await shopper.buy(variantId!)
    await shop.untilStatus(shopper, body.id, 'fulfilling')
    await shop.faults('carrier', { carrierStepMs: 60_000, answerLostAfterCharge: 1, only: 'cancel' })
    const answer = await shopper.request<Maybe<Order>>('POST', `/api/orders/${body.id}/cancel`)
    expect([answer.status, answer.body.code]).toEqual([503, 'fulfilment/carrier-unavailable'])
    expect(answer.headers.get('retry-after')).toBe('5')
    const { body: refunded } = await shop.untilStatus(shopper, body.id, 'refunded')
    expect(refunded.events.map(event => event.status)).toEqual(['pending', 'paid', 'fulfilling', 'cancelled', 'refunded'])
    await until(() => stockOf(variantId!), row => row.onHand === 1)
  })

  test('what has left cannot be cancelled', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('left')))
    const shopper = shop.shopper()
    const { body } = await shopper.buy(variantId!)
    await shop.untilStatus(shopper, body.id, 'shipped')
    const answer = await shopper.request<Maybe<Order>>('POST', `/api/orders/${body.id}/cancel`)
    expect([answer.status, answer.body.code]).toEqual([409, 'orders/not-cancellable'])
  })

  test('when the gateway is down, then nothing is charged, the cart is kept and the stock is free', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('gateway-down'), { stock: 1 }))
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const { body: checkout } = await shopper.checkout()
    await shop.faults('payments', { errorRate: 1 })
    const { status, body } = await shopper.pay(checkout.id)
    expect([status, body.code]).toEqual([503, 'payments/gateway-unavailable'])
    await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
    expect(await stockOf(variantId!)).toMatchObject({ onHand: 1, reserved: 0 })
    expect((await shopper.get<Cart>('/api/cart')).body.itemCount).toBe(1)
  })

  test('when the answer to the charge is lost, then the order is paid and charged once', async () => {
    const [variantId] = await addProduct(shop.database, product(unique('answer-lost')))
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const { body: checkout } = await shopper.checkout()
    await shop.faults('payments', { answerLostAfterCharge: 1, only: 'confirm' })
    const { status, body } = await shopper.pay(checkout.id)
    expect([201, 202]).toContain(status)
    await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
    await until(() => shopper.get<Maybe<Order>>(`/api/orders/${body.id}`), answer => !['pending', 'payment-failed'].includes(answer.body.status), { withinMs: 40_000 })
    expect((await shop.ledger(body.id)).map(entry => entry.capturedMinor)).toEqual([body.totalMinor])
  })

  test('webhooks that come twice, forged or for nobody change nothing', async () => {
    const forged = await fetch(`${shop.url}/api/payments/webhook`, { method: 'POST', headers: { 'stripe-signature': 't=1,v1=00' }, body: '{"id":"evt_1","type":"payment_intent.succeeded"}' })
    expect(forged.status).toBe(400)
    expect((await forged.json() as Maybe<object>).code).toBe('payments/bad-signature')
    await shop.faults('payments', { duplicateWebhooks: 1, reorderWebhooks: true })
    const [variantId] = await addProduct(shop.database, product(unique('webhooks')))
    const shopper = shop.shopper()
    const { body } = await shopper.buy(variantId!)
    const { body: delivered } = await shop.untilStatus(shopper, body.id, 'delivered')
    expect(delivered.events.map(event => event.status)).toEqual(['pending', 'paid', 'fulfilling', 'shipped', 'delivered'])
  })
})
