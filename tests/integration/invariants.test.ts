import { sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkInvariants, watchInvariants } from '../../server/operations/index.ts'
import { invariantChecks } from '../../server/operations/db/tables.ts'
import type { Executor } from '../../server/platform/db/connect.ts'
import type { Reader } from '../../server/platform/db/database.ts'
import { fillOrders } from '../harness/filled-orders.ts'
import { shopInvariants, shopSubscribers } from '../harness/invariants.ts'
import { ownDatabase, type OwnDatabase } from '../harness/own-database.ts'

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
  await fillOrders(own.database, shopSubscribers(own.database), 120)
})
afterAll(() => own?.drop())

const invariants = () => shopInvariants(own.database)
const names = (looks: { name: string, broken: number }[]) => looks.filter(look => look.broken > 0).map(look => look.name)

/** Runs statements in a transaction, looks, and takes all of it back. */
async function lookAfter(statements: readonly SQL[], { atRest = false } = {}) {
  const undo = new Error('taken back')
  let looks: Awaited<ReturnType<typeof checkInvariants>> = []
  await own.database.write(async (tx) => {
    for (const statement of statements) await tx.execute(statement)
    looks = await checkInvariants({ snapshot: <T>(look: (db: Reader) => Promise<T>) => look(tx) }, invariants(), { atRest })
    throw undo
  }).catch((error: unknown) => {
    if (error !== undo) throw error
  })
  return looks
}

const one = (table: string, where = 'true') => sql.raw(`(select id from ${table} where ${where} order by id limit 1)`)
const order = (where: string) => one('orders', where)
const anOrder = order(`status = 'delivered' and refunded_minor = 0`)
const aHold = sql`(select checkout_id from orders where id = ${anOrder})`
const anEvent = (type: string) => sql.raw(`(select event_id from outbox where type = '${type}' order by id limit 1)`)
const letterFor = (event: SQL, subscriber: string) => sql`
  insert into dead_letters (event_id, subscriber, type, subject, payload, error, attempts) select event_id, ${subscriber}, type, subject, payload, 'test', 8 from outbox where event_id = ${event}`

const aCode = sql`insert into promotions (code, kind, value) values ('TENOFF', 'percentage', 10)`

/** Each invariant with the ways to break it, each a list of statements. */
const breaks: Record<string, SQL[][]> = {
  'stock-adds-up': [
    [sql`alter table stock drop constraint stock_adds_up`, sql`update stock set on_hand = on_hand + 1 where variant_id = (select variant_id from stock limit 1)`],
    [sql`alter table stock drop constraint stock_not_negative`, sql`update stock set on_hand = -1, received = received - on_hand - 1 where variant_id = (select variant_id from stock limit 1)`],
  ],
  'movements-sum-to-stock': [[sql`update stock_movements set quantity = quantity + 1 where id = ${one('stock_movements', `kind = 'received'`)}`]],
  'reserved-units-are-held': [
    [sql`update stock_holds set status = 'released' where id = ${one('stock_holds', `status = 'claimed'`)}`],
    [sql`delete from stock`],
  ],
  'holds-end-on-time': [[sql`insert into stock_holds (id, expires_at) values (gen_random_uuid(), now() - interval '31 seconds')`]],
  'holds-are-sold-once': [
    [sql`delete from stock_movements where kind = 'sold' and reference = ${aHold}::text`],
    [sql`alter table stock_movements drop constraint stock_movements_once`, sql`insert into stock_movements (variant_id, kind, quantity, reference) select variant_id, kind, quantity, reference from stock_movements where kind = 'sold' limit 1`],
    [sql`insert into stock_movements (variant_id, kind, quantity, reference) select variant_id, 'sold', 1, 'nobody' from stock limit 1`],
  ],
  'order-money-adds-up': [
    [sql`update order_lines set line = jsonb_set(line, '{quantity}', '2') where order_id = ${anOrder}`],
    [sql`delete from order_lines where order_id = ${anOrder}`],
  ],
  'status-is-the-last-step': [
    [sql`update orders set status = 'shipped' where id = ${anOrder}`],
    [sql`delete from order_events where order_id = ${anOrder}`],
  ],
  'steps-are-legal': [
    [sql`insert into order_events (order_id, type, status, cause) values (${anOrder}, 'order.paid', 'paid', 'again')`],
    [sql`delete from order_events where order_id = ${anOrder} and type = 'order.placed'`],
    [sql`insert into order_events (order_id, type, status, cause) values (${anOrder}, 'order.partly-refunded', 'refunded', 'a part')`],
  ],
  'steps-are-published': [
    [sql`delete from outbox where event_id = ${anEvent('order.shipped')}`],
    [sql`insert into outbox (type, subject, payload, published_at) select type, subject, payload, now() from outbox where event_id = ${anEvent('order.paid')}`],
  ],
  'pending-orders-end': [[sql`update orders set placed_at = now() - interval '31 minutes' where status = 'pending'`]],
  'orders-keep-their-hold': [
    [sql`update stock_holds set status = 'released' where id = ${aHold}`],
    [sql`delete from stock_holds where id = ${aHold}`],
  ],
  'paid-orders-are-captured': [
    [sql`update payments set state = 'authorised' where order_id = ${anOrder}`],
    [sql`update payments set amount_minor = amount_minor - 1 where order_id = ${anOrder}`],
    [sql`delete from payments where order_id = ${anOrder}`],
  ],
  'captures-are-earned': [
    [sql`update payments set state = 'captured' where order_id = ${order(`status = 'payment-failed'`)}`],
    [sql`update payments set state = 'captured', updated_at = now() - interval '3 minutes' where order_id = ${order(`status = 'pending'`)}`],
    [sql`insert into payments (order_id, state, payment_method, amount_minor, currency, updated_at) values (gen_random_uuid(), 'captured', 'pm_card_visa', 100, 'GBP', now() - interval '3 minutes')`],
  ],
  'refunds-agree': [
    [sql`update orders set refunded_minor = refunded_minor - 1 where id = ${order('refunded_minor = 500')}`],
    [sql`update payments set refunded_minor = refunded_minor + 1 where order_id = ${order('refunded_minor = 500')}`],
    [sql`update refunds set state = 'requested' where order_id = ${order('refunded_minor = 500')}`],
    [sql`update orders set status = 'refunded' where id = ${order('refunded_minor = 500')}`],
  ],
  'discounts-are-redeemed': [
    [sql`update orders set promo_code = 'TENOFF' where id = ${anOrder}`],
    [sql`update orders set total_minor = total_minor - 1, discount_minor = 1 where id = ${anOrder}`],
    [aCode, sql`insert into promotion_redemptions (order_id, promotion_id, identities) select ${anOrder}, id, '{}' from promotions`],
    [aCode, sql`update orders set promo_code = 'TENOFF' where id = ${order(`status = 'payment-failed'`)}`, sql`insert into promotion_redemptions (order_id, promotion_id, identities) select ${order(`status = 'payment-failed'`)}, id, '{}' from promotions`],
    [aCode, sql`insert into promotion_redemptions (order_id, promotion_id, identities) select gen_random_uuid(), id, '{}' from promotions`],
  ],
  'promo-uses-add-up': [[aCode, sql`update promotions set used = 1`]],
  'stars-are-those-of-reviews': [[sql`update products set ratings = '{1,0,0,0,0}' where id = ${one('products')}`]],
  'votes-are-counted-once': [[sql`insert into reviews (product_id, owner_id, rating, title, text, name, helpful) select ${one('products')}, gen_random_uuid(), 3, 'x', 'x', 'x', 1`]],
  'promo-shoppers-add-up': [[aCode, sql`insert into promotion_shoppers (promotion_id, identity, used) select id, 'owner:x', 1 from promotions`]],
  'cancelled-orders-are-refunded': [[sql`update orders set status = 'cancelled' where id = ${anOrder}`]],
  'one-capture-an-order': [
    [sql`alter table payments drop constraint payments_pkey`, sql`insert into payments (order_id, state, payment_method, amount_minor, currency) select order_id, state, payment_method, amount_minor, currency from payments where order_id = ${anOrder}`],
    [sql`alter table payments drop constraint payments_intent_id_unique`, sql`update payments set intent_id = 'pi_shared' where state = 'captured'`],
  ],
  'refunds-fit-the-payment': [
    [sql`update refunds set amount_minor = 2196 where order_id = ${order('refunded_minor = 500')}`],
    [sql`insert into refunds (id, order_id, amount_minor, currency, cause, reason) values (gen_random_uuid(), ${order(`status = 'payment-failed'`)}, 1, 'GBP', 'partial', 'test')`],
  ],
  'refunds-go-out': [[sql`update refunds set state = 'requested' where order_id = ${order('refunded_minor = 500')}`]],
  'gateway-findings-are-resolved': [[sql`insert into payment_findings (intent_id, kind, detail, mended) values ('pi_1', 'unknown-charge', '{}', false)`]],
  'one-parcel-a-paid-order': [
    [sql`delete from shipments where order_id = ${anOrder}`],
    [sql`update shipments set status = 'cancelled' where order_id = ${anOrder}`],
    [sql`alter table shipments drop constraint shipments_pkey`, sql`insert into shipments (order_id, status) values (${anOrder}, 'delivered')`],
  ],
  'cancelled-orders-stay-here': [[sql`update shipments set status = 'shipped' where order_id = ${order('refunded_minor = total_minor')}`]],
  'one-mail-a-piece-of-news': [
    [sql`delete from mails where event_id = ${anEvent('order.paid')}`],
    [sql`insert into mails (event_id, message_id, recipient, subject, body, sent_at) values (gen_random_uuid(), 'x', 'x', 'x', 'x', now())`],
    [sql`alter table mails drop constraint mails_pkey`, sql`insert into mails (event_id, message_id, recipient, subject, body, sent_at) values (${anEvent('order.paid')}, 'x', 'x', 'x', 'x', now())`],
  ],
  'mails-are-sent': [[sql`update mails set sent_at = null where event_id = ${anEvent('order.paid')}`]],
  'sales-are-counted-once': [[sql`update sales_daily set orders = orders + 1`], [sql`delete from sales_daily`]],
  'events-are-published': [[sql`update outbox set published_at = null where event_id = ${anEvent('order.paid')}`]],
  'effects-are-had': [
    [sql`delete from effects where event_id = ${anEvent('order.paid')} and effect = 'fulfilment'`],
    [sql`update effects set completed_at = null where event_id = ${anEvent('refund.requested')}`],
  ],
}

describe('the invariants', () => {
  test('all hold of a shop whose orders are all right, each under its own name and sentence; at rest no order may be waiting', async () => {
    expect(names(await lookAfter([]))).toEqual([])
    expect(names(await lookAfter([], { atRest: true }))).toEqual(['pending-orders-end'])
    const stated = invariants()
    expect(new Set(stated.map(({ name }) => name)).size).toBe(stated.length)
    for (const { name, says } of stated) expect([name, says]).toEqual([expect.stringMatching(/^[a-z]+(-[a-z]+)+$/), expect.stringMatching(/^[A-Z].+\.$/)])
  })

  test('are each shown to break below', () => expect(Object.keys(breaks).toSorted()).toEqual(invariants().map(({ name }) => name).toSorted()))

  test.each(Object.entries(breaks).flatMap(([name, ways]) => ways.map((statements, way) => ({ name, way: way + 1, statements }))))('$name is red when it is broken (way $way), with an id to look at, and green when that is taken back', async ({ name, statements }) => {
    const look = (await lookAfter(statements)).find(one => one.name === name)!
    expect(look.broken).toBeGreaterThan(0)
    expect(look.sample.length).toBe(Math.min(look.broken, 5))
    expect(names(await lookAfter([]))).toEqual([])
  })

  test.each<[string, SQL[]]>([
    ['a hold that the next sweep will end', [sql`insert into stock_holds (id, expires_at) values (gen_random_uuid(), now() - interval '20 seconds')`]],
    ['an event that was written just now', [sql`insert into outbox (type, subject, payload) values ('payment.changed', 'x', '{}')`]],
    ['an effect that is being had', [sql`insert into outbox (type, subject, payload, created_at, published_at) values ('payment.changed', 'x', '{}', now() - interval '1 minute', now())`]],
    ['a capture that is not booked yet', [sql`update payments set state = 'captured', updated_at = now() where order_id = ${order(`status = 'pending'`)}`]],
    ['a late capture that is promised back', [
      sql`update payments set state = 'captured' where order_id = ${order(`status = 'payment-failed'`)}`,
      sql`insert into refunds (id, order_id, amount_minor, currency, cause, reason) values (gen_random_uuid(), ${order(`status = 'payment-failed'`)}, 2195, 'GBP', 'late-capture', 'test')`,
    ]],
    ['an effect that lies in the dead letters', [sql`delete from effects where event_id = ${anEvent('order.paid')} and effect = 'fulfilment'`, sql`delete from shipments where order_id::text = (select subject from outbox where event_id = ${anEvent('order.paid')}) and status = 'created'`, letterFor(anEvent('order.paid'), 'fulfilment')]],
    ['a finding that was mended', [sql`insert into payment_findings (intent_id, kind, detail, mended) values ('pi_1', 'late-capture', '{}', true)`]],
  ])('%s breaks nothing', async (_, statements) => {
    expect(names(await lookAfter(statements))).toEqual([])
  })

  test('at rest nothing is given time', async () => {
    expect(names(await lookAfter([sql`insert into outbox (type, subject, payload, created_at) values ('payment.changed', 'x', '{}', now() - interval '1 second')`], { atRest: true }))).toEqual(['pending-orders-end', 'events-are-published', 'effects-are-had'])
  })
})

describe('the monitor', () => {
  const logged: string[] = []
  const log = { error: (message: string, fields?: object) => void logged.push(`${message}: ${JSON.stringify(fields)}`), info: (message: string, fields?: object) => void logged.push(`${message}: ${JSON.stringify(fields)}`) }
  const watch = (everyMs = 0) => watchInvariants({ database: own.database, log, invariants: invariants() }, { everyMs })
  const run = (statement: SQL) => own.database.fresh((db: Executor) => db.execute(statement))
  const checkOf = async (name: string) => (await own.database.fresh(db => db.select().from(invariantChecks))).find(row => row.name === name)!

  test('writes down what it saw, keeps since when it is broken, and says it once', async () => {
    await watch()
    expect(await checkOf('events-are-published')).toMatchObject({ broken: 0, sample: [], brokenSince: null })
    expect(logged).toEqual([])
    await run(sql`update outbox set published_at = null where event_id = ${anEvent('order.paid')}`)
    await watch()
    const broken = await checkOf('events-are-published')
    expect(broken).toMatchObject({ broken: 1, sample: [expect.stringMatching(/^\d+$/)], brokenSince: expect.any(Date) })
    await watch()
    const still = await checkOf('events-are-published')
    expect(still.brokenSince).toEqual(broken.brokenSince)
    expect(still.checkedAt.getTime()).toBeGreaterThan(broken.checkedAt.getTime())
    await run(sql`update outbox set published_at = created_at where published_at is null`)
    await watch()
    expect(await checkOf('events-are-published')).toMatchObject({ broken: 0, sample: [], brokenSince: null })
    expect(logged).toEqual([expect.stringMatching(/^an invariant is broken: .*events-are-published/), expect.stringMatching(/^an invariant holds again: .*events-are-published/)])
  })

  test('when three workers want to look at once, then one does, and nobody again before the time is up', async () => {
    await run(sql`update invariant_checks set checked_at = now() - interval '1 minute'`)
    const looks = await Promise.all([watch(25_000), watch(25_000), watch(25_000)])
    expect(looks.filter(look => look !== null)).toHaveLength(1)
    expect(await watch(25_000)).toBeNull()
  })

  test('sees one snapshot: what commits while it looks is not half seen', async () => {
    await own.database.snapshot(async (db) => {
      const before = await db.execute(sql`select count(*) from orders`)
      await run(sql`create table other_work as select 1`)
      await run(sql`insert into outbox (type, subject, payload, created_at) values ('payment.changed', 'snapshot', '{}', now() - interval '2 minutes')`)
      expect((await db.execute(sql`select 1 from outbox where subject = 'snapshot'`)).rows).toEqual([])
      expect((await db.execute(sql`select count(*) from orders`)).rows).toEqual(before.rows)
      await expect(db.execute(sql`delete from outbox`)).rejects.toThrow()
    })
    await run(sql`delete from outbox where subject = 'snapshot'`)
  })
})
