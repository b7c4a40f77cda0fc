import { and, eq, isNull } from 'drizzle-orm'
import Stripe from 'stripe'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { reconcilePayments } from '../../server/orders/index.ts'
import { orders } from '../../server/orders/db/tables.ts'
import { payments, paymentFindings, refunds } from '../../server/payments/db/tables.ts'
import { createStripeGateway } from '../../server/payments/index.ts'
import { stock } from '../../server/products/db/tables.ts'
import type { OrderList } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addressesOf, startStack } from '../harness/stack.ts'
import { until } from '../harness/shopper.ts'

// A shop of its own: what is charged by hand here would be broken books to every other file.
const stack = await startStack({ sandbox: { CARRIER_STEP_MS: '400' } })
const shop = runningShop(addressesOf(stack))
afterAll(async () => {
  await shop.close()
  await stack.stop()
})
afterEach(async () => {
  await fetch(`${shop.sandboxUrl}/faults`, { method: 'DELETE' })
})

const secretKey = 'sk_test_0123456789abcdef'
const sandbox = new URL(shop.sandboxUrl)
/** The shop's account at the gateway, in somebody else's hands. */
const byHand = new Stripe(secretKey, { host: sandbox.hostname, port: sandbox.port, protocol: 'http' })
const gateway = createStripeGateway({ secretKey, webhookSecret: 'whsec_0123456789abcdef', apiUrl: shop.sandboxUrl })
const reconcile = () => reconcilePayments({ database: shop.database, gateway }, { settledForMs: 0 })
const findingsOf = (intentId: string) => shop.database.fresh(db => db.select().from(paymentFindings).where(eq(paymentFindings.intentId, intentId)))
const openKinds = async (intentId: string) => (await shop.database.fresh(db => db.select().from(paymentFindings).where(and(eq(paymentFindings.intentId, intentId), isNull(paymentFindings.resolvedAt))))).map(row => row.kind)
const statusOf = async (id: string) => (await shop.database.fresh(db => db.select({ status: orders.status }).from(orders).where(eq(orders.id, id))))[0]!.status
const paymentOf = async (orderId: string) => (await shop.database.fresh(db => db.select().from(payments).where(eq(payments.orderId, orderId))))[0]!

async function buy(paymentMethod = 'pm_card_visa') {
  const [variantId] = await addProduct(shop.database, product(`reconciled-${crypto.randomUUID().slice(0, 8)}`, { stock: 1 }))
  const shopper = shop.shopper()
  const { body } = await shopper.buy(variantId!, { paymentMethod })
  return { shopper, variantId: variantId!, order: body }
}

async function declinedOrder() {
  const { shopper, variantId } = await buy('pm_card_chargeDeclined')
  const { body } = await shopper.get<OrderList>('/api/orders')
  return { id: body.items[0]!.id, variantId }
}

describe('the reconciler', () => {
  test('when all is well, then it finds nothing about it, however often it runs', async () => {
    const { order } = await buy()
    const { intentId } = await paymentOf(order.id)
    expect((await reconcile()).looked).toBeGreaterThan(0)
    await reconcile()
    expect(await findingsOf(intentId!)).toEqual([])
  })

  test('when the bank took the money later and its webhook is lost, then the order is paid', async () => {
    await shop.faults('payments', { delayWebhooksMs: 600_000 })
    const { order, shopper } = await buy('pm_usBankAccount_processing')
    expect(order.status).toBe('pending')
    const { intentId } = await paymentOf(order.id)
    await until(() => gateway.retrieve(intentId!), intent => intent.status === 'captured')
    expect((await reconcile()).mended).toBeGreaterThan(0)
    await until(() => statusOf(order.id), status => !['pending', 'payment-failed'].includes(status))
    expect((await shop.ledger(order.id)).map(entry => entry.capturedMinor)).toEqual([order.totalMinor])
    await reconcile()
    expect(await openKinds(intentId!)).toEqual([])
    await shop.untilStatus(shopper, order.id, 'delivered')
  })

  test('when the money was captured for an order that had failed, then all of it goes back and the stock stays free', async () => {
    const { id, variantId } = await declinedOrder()
    const { intentId } = await paymentOf(id)
    await byHand.paymentIntents.confirm(intentId!, { payment_method: 'pm_card_visa' })
    await byHand.paymentIntents.capture(intentId!)
    await Promise.all([reconcile(), reconcile(), reconcile()])
    const [entry] = await until(() => shop.ledger(id), entries => entries[0]!.netMinor === 0)
    expect(entry).toMatchObject({ capturedMinor: entry!.refundedMinor })
    // A look reads the gateway's books before ours. Without the minute that it leaves to others, the refund may come in between.
    expect((await findingsOf(intentId!)).filter(({ kind }) => kind !== 'refunds-differ')).toMatchObject([{ kind: 'captured-after-failure', mended: true }])
    expect(await statusOf(id)).toBe('payment-failed')
    expect(await shop.database.fresh(db => db.select().from(stock).where(eq(stock.variantId, variantId)))).toMatchObject([{ onHand: 1, reserved: 0, sold: 0 }])
    await until(async () => (await paymentOf(id)).refundedMinor, refunded => refunded === entry!.capturedMinor)
    await reconcile()
    expect(await openKinds(intentId!)).toEqual([])
  })

  test('when money is held for an order that had failed, then the hold is let go', async () => {
    const { id } = await declinedOrder()
    const { intentId } = await paymentOf(id)
    await byHand.paymentIntents.confirm(intentId!, { payment_method: 'pm_card_visa' })
    await reconcile()
    expect(await shop.ledger(id)).toMatchObject([{ status: 'canceled', heldMinor: 0, capturedMinor: 0 }])
    expect((await paymentOf(id)).state).toBe('voided')
  })

  test('when somebody sent money back by hand, then people must look, until our books say it too', async () => {
    const { order } = await buy()
    const { intentId } = await paymentOf(order.id)
    await byHand.refunds.create({ payment_intent: intentId!, amount: 100 })
    expect((await reconcile()).flagged).toBeGreaterThan(0)
    expect(await findingsOf(intentId!)).toMatchObject([{ kind: 'refunds-differ', mended: false, orderId: order.id, detail: { refundedMinor: 100 }, resolvedAt: null }])
    await shop.database.fresh(db => db.insert(refunds).values({ id: crypto.randomUUID(), orderId: order.id, amountMinor: 100, currency: 'GBP', cause: 'partial', reason: 'by hand', state: 'done', doneAt: new Date() }))
    await reconcile()
    expect(await openKinds(intentId!)).toEqual([])
  })

  test('when money came for an order that we do not know, twice for one, or with another amount, then people must look', async () => {
    const charge = async (orderId: string, amount: number) => {
      const { id } = await byHand.paymentIntents.create({ amount, currency: 'gbp', capture_method: 'manual', confirm: true, payment_method: 'pm_card_visa', metadata: { order_id: orderId } })
      await byHand.paymentIntents.capture(id)
      return id
    }
    const unknown = await charge(crypto.randomUUID(), 500)
    const { order } = await buy()
    const second = await charge(order.id, order.totalMinor)
    const { order: other } = await buy()
    const another = await charge(other.id, 7)
    await shop.database.fresh(db => db.update(payments).set({ intentId: another }).where(eq(payments.orderId, other.id)))
    await reconcile()
    expect([await openKinds(unknown), await openKinds(second), await openKinds(another)]).toEqual([['unknown-order'], ['second-intent'], ['amount-differs']])
    expect(await findingsOf(unknown)).toMatchObject([{ mended: false }])
  })

  test('when we have a payment that the gateway does not know, then people must look', async () => {
    const { order } = await buy()
    const lost = `pi_lost_${crypto.randomUUID()}`
    await shop.database.fresh(db => db.update(payments).set({ intentId: lost }).where(eq(payments.orderId, order.id)))
    await reconcile()
    expect(await openKinds(lost)).toEqual(['not-captured'])
  })

  test('what has just changed is left to whoever is changing it', async () => {
    const { order } = await buy()
    const { intentId } = await paymentOf(order.id)
    await byHand.refunds.create({ payment_intent: intentId!, amount: 100 })
    await reconcilePayments({ database: shop.database, gateway })
    expect(await findingsOf(intentId!)).toEqual([])
  })
})
