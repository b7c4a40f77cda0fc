import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedPastOrders } from '../../scripts/past-orders/seed-orders.ts'
import { createAccount } from '../../server/auth/index.ts'
import { reportFigures } from '../../server/operations/report-figures.ts'
import { reconcilePayments } from '../../server/orders/index.ts'
import { viewReturns } from '../../server/orders/db/return-queries.ts'
import { listLines } from '../../server/orders/db/queries.ts'
import { listLost } from '../../server/platform/outbox/relay-queries.ts'
import { createStripeGateway } from '../../server/payments/index.ts'
import { seedCatalogue } from '../../server/products/index.ts'
import { seedPromotions } from '../../server/promotions/index.ts'
import { brokenInvariants, shopSubscribers } from '../harness/invariants.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'
import { type RunningSandbox, startSandboxProcess, startWebhookReceiver, temporaryDataDir, type WebhookReceiver } from '../sandbox-process.ts'

const [shopperEmail, adminEmail] = ['shopper@monolith.example', 'admin@monolith.example']
let own: OwnDatabase
let sandbox: RunningSandbox
let webhooks: WebhookReceiver
let data: Awaited<ReturnType<typeof temporaryDataDir>>
let shelfBefore: unknown
let seeded: number

const shelf = async () => (await own.database.fresh(db => db.execute(sql`select v.sku, s.on_hand from stock s join variants v on v.id = s.variant_id order by 1`))).rows
const count = async (from: ReturnType<typeof sql>) => Number((await own.database.fresh(db => db.execute<{ count: string }>(sql`select count(*) from ${from}`))).rows[0]!.count)
const seed = () => seedPastOrders(own.database, { sandboxUrl: sandbox.url, publicUrl: 'http://localhost:3000', shopperEmail, adminEmail })

beforeAll(async () => {
  [own, data, webhooks] = await Promise.all([ownDatabase(), temporaryDataDir(), startWebhookReceiver()])
  sandbox = await startSandboxProcess({ DATA_DIR: data.path, WEBHOOK_URL: webhooks.url, CARRIER_WEBHOOK_URL: webhooks.url, WEBHOOK_SECRET: 'whsec_0123456789' })
  await own.database.fresh(async (db) => {
    await createAccount(db, { email: shopperEmail, password: 'a long enough one', name: 'Demo Shopper', role: 'shopper' })
    await createAccount(db, { email: adminEmail, password: 'a long enough one', name: 'Demo Admin', role: 'admin' })
    await seedPromotions(db)
  })
  await seedCatalogue(own.database)
  shelfBefore = await shelf()
  seeded = await seed()
}, 120_000)
afterAll(async () => {
  await Promise.all([sandbox.stop(), webhooks.close(), own.drop()])
  await data.remove()
})

test('a demo starts with weeks of orders of every kind, some of them of today', async () => {
  expect(seeded).toBeGreaterThan(120)
  const { rows } = await own.database.fresh(db => db.execute<{ status: string }>(sql`select distinct status from orders order by 1`))
  expect(rows.map(row => row.status)).toEqual(expect.arrayContaining(['delivered', 'payment-failed', 'refunded', 'shipped']))
  const { today, days, bestSellers } = await own.database.fresh(db => reportFigures(db, []))
  expect(today).toMatchObject({ orders: expect.toSatisfy((orders: number) => orders >= 3), openReturns: 2 })
  expect(days.filter(day => day.orders > 0).length).toBeGreaterThan(26)
  expect(bestSellers).toHaveLength(5)
})

test('they break no invariant, and the gateway’s books agree', async () => {
  expect(await brokenInvariants(own.database, sandbox.url, { settleMs: 0 })).toEqual({})
})

test('nothing is left to do: no event lost, nothing to reconcile, no webhook sent', async () => {
  const expected = shopSubscribers(own.database).flatMap(({ name, events }) => events.map(type => ({ type, effect: name })))
  const { result: lost } = await own.database.write(tx => listLost(tx, { expected, lostAfterMs: 1, limit: 10 }))
  expect(lost).toEqual([])
  const gateway = createStripeGateway({ secretKey: 'sk_test_0123456789', webhookSecret: 'whsec_0123456789', apiUrl: sandbox.url })
  const found = await reconcilePayments({ database: own.database, gateway }, { windowMs: 40 * 86_400_000 })
  expect(found).toMatchObject({ mended: 0, flagged: 0 })
  expect(found.looked).toBeGreaterThan(100)
  expect(webhooks.received).toEqual([])
})

test('the shelf stays as it was, and what the gateway and the carrier keep can be refunded and stopped', async () => {
  expect(await shelf()).toEqual(shelfBefore)
  const { rows: [packed] } = await own.database.fresh(db => db.execute<{ carrier_id: string, intent_id: string }>(sql`
    select s.carrier_id, p.intent_id from orders o join shipments s on s.order_id = o.id join payments p on p.order_id = o.id where o.status = 'fulfilling' and o.email = ${shopperEmail}`))
  expect((await fetch(`${sandbox.url}/carrier/shipments/${packed!.carrier_id}/cancel`, { method: 'POST', body: '{}' })).status).toBe(200)
  const gateway = createStripeGateway({ secretKey: 'sk_test_0123456789', webhookSecret: 'whsec_0123456789', apiUrl: sandbox.url })
  await expect(gateway.refund(packed!.intent_id, { amountMinor: 100, key: 'refund-of-the-past' })).resolves.toBeUndefined()
})

test('the demo’s shopper has orders in four states, one of which can still be sent back', async () => {
  const { rows } = await own.database.fresh(db => db.execute<{ id: string, status: 'delivered', refunded_minor: number }>(sql`
    select o.id, o.status, refunded_minor from orders o join users u on u.id = o.owner_id where u.email = ${shopperEmail} order by placed_at desc`))
  expect(rows.map(row => row.status)).toEqual(['fulfilling', 'shipped', 'delivered', 'delivered'])
  expect(rows[3]!.refunded_minor).toBeGreaterThan(0)
  const { returnable } = await own.database.fresh(async db => viewReturns(db, rows[2]!, await listLines(db, rows[2]!.id)))
  expect(returnable.length).toBeGreaterThan(0)
})

test('a second start adds nothing, here or outside', async () => {
  const before = await (await fetch(`${sandbox.url}/ledger`)).text()
  expect(await Promise.all([seed(), seed()])).toEqual([0, 0])
  expect(await count(sql`orders`)).toBe(seeded)
  expect(await (await fetch(`${sandbox.url}/ledger`)).text()).toBe(before)
})
