import { and, eq } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { refunds as refundRows } from '../../server/payments/db/tables.ts'
import { orders } from '../../server/orders/db/tables.ts'
import { outbox } from '../../server/platform/outbox/tables.ts'
import { placeOrder } from '../../server/orders/place-order.ts'
import { giveUpPayment, settlePayment } from '../../server/orders/settle-payment.ts'
import { startCheckout } from '../../server/orders/start-checkout.ts'
import { cartItems } from '../../server/cart/db/tables.ts'
import { GatewayTimeoutError } from '../../server/payments/gateway.ts'
import { stock } from '../../server/products/db/tables.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { ownDatabase } from '../harness/own-database.ts'
import { scriptedGateway } from '../harness/scripted-gateway.ts'
import { anAddress } from '../harness/shopper.ts'

const { database, drop } = await ownDatabase()
afterAll(drop)

async function purchase(slug: string) {
  const [variantId] = await addProduct(database, product(slug, { stock: 1, priceMinor: 605 }))
  const ownerId = crypto.randomUUID()
  await database.write(tx => tx.insert(cartItems).values({ ownerId, variantId: variantId!, quantity: 1 }))
  const { result: checkout } = await database.write(tx => startCheckout(tx, { ownerId, holdMs: 900_000 }))
  const body = { checkoutId: checkout.id, email: 'ada@example.com', address: anAddress, shippingMethod: 'standard' as const, paymentMethod: 'pm_card_visa' }
  return { ownerId, key: crypto.randomUUID(), body: body as Parameters<typeof placeOrder>[1]['body'], variantId: variantId! }
}
const statusOf = async (id: string) => (await database.fresh(db => db.select({ status: orders.status }).from(orders).where(eq(orders.id, id))))[0]!.status

describe('placing an order', () => {
  test('when everything at the gateway is slow, then the shopper is told that it is pending before their patience ends, and it is paid later, once', async () => {
    const { variantId: _, ...mine } = await purchase('slow')
    const slowly = Promise.withResolvers<undefined>()
    const { gateway, calls } = scriptedGateway({ create: () => slowly.promise.then(() => {}) })
    const from = performance.now()
    const answer = await placeOrder({ database, gateway, patienceMs: 300 }, mine)
    expect(performance.now() - from).toBeLessThan(2_000)
    expect(answer).toMatchObject({ status: 202, order: { status: 'pending' } })
    slowly.resolve(undefined)
    await expect.poll(() => statusOf(answer.order.id)).toBe('paid')
    expect(calls).toEqual(['create', 'confirm', 'capture'])
  })

  test('when the money comes after the order was given up, then all of it goes back, once, and the stock stays free', async () => {
    const { variantId, ...mine } = await purchase('late')
    const { gateway, intent, script } = scriptedGateway({ confirm: new GatewayTimeoutError(), retrieve: new GatewayTimeoutError() })
    const { order } = await placeOrder({ database, gateway }, mine)
    expect(await statusOf(order.id)).toBe('pending')
    Object.assign(script, { retrieve: undefined, cancel: undefined })
    intent.status = 'challenged'
    expect(await settlePayment({ database, gateway }, order.id, 'looked at again')).toMatchObject({ kind: 'declined' })
    expect(await statusOf(order.id)).toBe('payment-failed')
    // Its holder agreed on the bank's page before it was voided.
    intent.status = 'captured'
    for (let again = 0; again < 3; again++) expect(await giveUpPayment({ database, gateway }, order.id)).toEqual({ kind: 'captured' })
    expect(await statusOf(order.id)).toBe('payment-failed')
    const back = await database.fresh(db => db.select().from(refundRows).where(eq(refundRows.orderId, order.id)))
    expect(back).toMatchObject([{ amountMinor: order.totalMinor, cause: 'late-capture', state: 'requested' }])
    expect(await database.fresh(db => db.select().from(outbox).where(and(eq(outbox.subject, order.id), eq(outbox.type, 'refund.requested'))))).toHaveLength(1)
    expect(await database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId)))).toMatchObject([{ onHand: 1, reserved: 0, sold: 0 }])
  })
})
