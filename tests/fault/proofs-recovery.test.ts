import { sql } from 'drizzle-orm'
import Stripe from 'stripe'
import { afterAll, beforeAll, test } from 'vitest'
import { checkInvariants } from '../../server/operations/index.ts'
import { placeOrder } from '../../server/orders/place-order.ts'
import { reconcilePayments, refunds } from '../../server/orders/index.ts'
import { createStripeGateway, type PaymentGateway } from '../../server/payments/index.ts'
import { buryEvent, listDeadLetters, replayDeadLetter } from '../../server/platform/outbox/dead-letters.ts'
import { consume, type Delivery, type Subscriber } from '../../server/platform/outbox/subscriber.ts'
import { salesFigures } from '../../server/sales/index.ts'
import { shopInvariants } from '../harness/invariants.ts'
import { idleRelay } from '../harness/outbox.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { proof } from '../harness/proof.ts'
import { anAddress } from '../harness/shopper.ts'
import { type RunningSandbox, startSandboxProcess, temporaryDataDir } from '../sandbox-process.ts'
import { askWhetherAlive } from '../naive/ask-whether-alive.ts'
import { letGo } from '../naive/let-go.ts'
import { trustOwnBooks } from '../naive/trust-own-books.ts'

const secretKey = 'sk_test_0123456789abcdef'
let shop: OwnShop
let sandbox: RunningSandbox
let gateway: PaymentGateway
let byHand: Stripe
const started: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  shop = await startOwnShop()
  started.push(() => shop.stop())
  const folder = await temporaryDataDir()
  started.push(() => folder.remove())
  sandbox = await startSandboxProcess({ DATA_DIR: folder.path, STRIPE_SECRET_KEY: secretKey })
  started.push(() => sandbox.stop())
  gateway = createStripeGateway({ secretKey, webhookSecret: 'whsec_0123456789abcdef', apiUrl: sandbox.url })
  byHand = new Stripe(secretKey, { host: '127.0.0.1', port: String(sandbox.port), protocol: 'http' })
})
afterAll(async () => {
  for (const stop of started.toReversed()) await stop()
})

type GiveUp = (event: Delivery, subscriber: string) => Promise<void>

test('without dead letters an effect that kept failing is gone when its cause is mended', () => proof<GiveUp>({
  pattern: 'dead-letters',
  claim: 'What could not be digested is still there when its cause is mended, and a replay has its effect once.',
  real: (event, subscriber) => shop.database.fresh(db => buryEvent(db, { event, subscriber, error: 'no such figure', attempts: 8 })),
  naive: letGo,
  async check(giveUp) {
    await shop.database.fresh(db => db.execute(sql`truncate sales_daily`))
    const poisoned: Subscriber = { ...salesFigures, apply: () => Promise.reject(new Error('no such figure')) }
    const orders = 3
    for (let order = 0; order < orders; order++) {
      const { orderId } = await shop.buy(await shop.sell(1))
      const event = (await shop.eventsOf(orderId)).find(one => one.type === 'order.paid')!
      await consume(shop.database, poisoned, event).catch(() => giveUp(event, salesFigures.name))
    }
    const letters = await shop.database.read(db => listDeadLetters(db, { status: 'waiting', beforeId: null, limit: 10 }))
    for (const { id } of letters) await shop.database.write(tx => replayDeadLetter(tx, id, crypto.randomUUID()))
    const relay = idleRelay(shop.database, [salesFigures])
    await relay.drainReplays()
    for (const job of relay.queues.get(salesFigures)!.jobs) {
      for (let time = 0; time < 2; time++) await consume(shop.database, salesFigures, job.data as Delivery)
    }
    const counted = await shop.count(sql`select coalesce(sum(orders), 0)::int as count from sales_daily`)
    return { violations: Math.abs(orders - counted), orders, letters: letters.length, counted }
  },
}))

test('without asking the bank for its own books, money that came behind our back is kept', () => proof({
  pattern: 'reconciliation',
  claim: 'Money that the bank took for orders that had failed goes back in full.',
  real: reconcilePayments,
  naive: trustOwnBooks,
  async check(look) {
    const deps = { database: shop.database, gateway }
    const failed: string[] = []
    for (let order = 0; order < 3; order++) {
      const ownerId = await shop.shopperWith(await shop.sell(1))
      const { id: checkoutId } = await shop.checkout(ownerId)
      await placeOrder(deps, { ownerId, key: 'key', body: { checkoutId, email: 'ada@example.com', address: { ...anAddress, country: 'GB' }, shippingMethod: 'standard', paymentMethod: 'pm_card_chargeDeclined' } }).catch(() => {})
      const { rows } = await shop.database.fresh(db => db.execute<{ order_id: string, intent_id: string }>(sql`
        select p.order_id, p.intent_id from payments p join orders o on o.id = p.order_id where o.checkout_id = ${checkoutId} and o.status = 'payment-failed'`))
      await byHand.paymentIntents.confirm(rows[0]!.intent_id, { payment_method: 'pm_card_visa' })
      await byHand.paymentIntents.capture(rows[0]!.intent_id)
      failed.push(rows[0]!.order_id)
    }
    await look(deps, { settledForMs: 0 })
    await shop.deliver({ subscribers: [refunds(deps)] })
    const { intents } = await (await fetch(`${sandbox.url}/ledger`)).json() as { intents: { orderId: string, netMinor: number }[] }
    const kept = intents.filter(intent => failed.includes(intent.orderId) && intent.netMinor > 0)
    return { violations: kept.length, captured: failed.length, keptMinor: kept.reduce((sum, intent) => sum + intent.netMinor, 0) }
  },
}))

/** Each breaks one promise, as a bug or a hand in the database would. */
const mishaps = {
  'stock-adds-up': sql`alter table stock drop constraint if exists stock_adds_up; update stock set on_hand = on_hand + 1 where variant_id = (select min(variant_id::text)::uuid from stock)`,
  'movements-sum-to-stock': sql`update stock_movements set quantity = quantity + 1 where id = (select min(id) from stock_movements where kind = 'received')`,
  'status-is-the-last-step': sql`update orders set status = 'delivered' where id = (select id from orders where status = 'paid' order by id limit 1)`,
  'paid-orders-are-captured': sql`update payments set state = 'created' where order_id = (select id from orders where status = 'paid' order by id limit 1)`,
}

test('without the monitor a shop that answers is called well, whatever is wrong in its books', () => proof({
  pattern: 'invariant-monitor',
  claim: 'Each promise that somebody breaks in the database is named by the next look.',
  real: async () => (await checkInvariants(shop.database, shopInvariants(shop.database))).filter(look => look.broken > 0).map(look => look.name),
  naive: () => askWhetherAlive(shop.database),
  async check(look) {
    const before = await look()
    await shop.buy(await shop.sell(2))
    for (const mishap of Object.values(mishaps)) await shop.database.fresh(db => db.execute(mishap))
    const named = await look()
    const unnoticed = Object.keys(mishaps).filter(name => !named.includes(name) && !before.includes(name))
    return { violations: unnoticed.length, broken: Object.keys(mishaps).length, named: named.length }
  },
}))
