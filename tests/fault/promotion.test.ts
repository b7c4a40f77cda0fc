import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { promote } from '../../scripts/ops/promote.ts'
import { serverAt } from '../../scripts/ops/database-server.ts'
import { lsnBytes } from '../../server/platform/db/lsn.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ postgres: 'own', web: 2, env: { OUTBOX_LOST_AFTER_MS: '2000', SWEEP_EVERY_MS: '1000', PAYMENT_RESUME_AFTER_MS: '5000', QUEUE_LOCK_MS: '3000' } })
})
afterAll(() => stack?.stop())

interface Answered { shopper: TestShopper, id: string, number: string, totalMinor: number, at: number, lsn: string | null }

/** Buys one thing after the other until told to stop, and writes down what was answered. */
function startBuyer(url: string, variantId: string) {
  const orders: Answered[] = []
  const statuses: { status: number, at: number }[] = []
  let going = true
  const ended = (async () => {
    while (going) {
      const shopper = new TestShopper(url)
      const answer = await shopper.buy(variantId).catch(() => null)
      statuses.push({ status: answer?.status ?? 0, at: performance.now() })
      if (answer?.status === 201) orders.push({ shopper, id: answer.body.id, number: answer.body.number, totalMinor: answer.body.totalMinor, at: performance.now(), lsn: await shownPosition() })
      else await new Promise(resolve => setTimeout(resolve, 100))
    }
  })()
  return {
    orders,
    statuses,
    async stop() {
      going = false
      await ended
    },
  }
}

/** A position at which the order that was just answered is in the log: the primary's, asked after the answer. */
async function shownPosition(): Promise<string | null> {
  const [row] = await primary.query('select pg_current_wal_flush_lsn()').catch(() => [])
  return row?.[0] ?? null
}

let primary: ReturnType<typeof serverAt>
const onServer = async <Row extends pg.QueryResultRow>(url: string, statement: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  }
  finally {
    await client.end()
  }
}

describe('when the primary dies under buyers and its standby is promoted', () => {
  test('then the shop buys on without a restart, keeps every order that was replicated, and never writes to the old primary again', async () => {
    const { cluster } = stack
    primary = serverAt({ name: 'old', adminUrl: cluster.primary.adminUrl, fence: () => cluster.primary.kill() })
    const standby = serverAt({ name: 'new', adminUrl: cluster.replica!.adminUrl, fence: () => cluster.replica!.kill() })
    const [variantId] = await addProduct(stack.database, product('promotion', { stock: 500 }))
    const processes = [...stack.webs, ...stack.workers].map(child => child.pid)
    const buyers = stack.urls.flatMap(url => [startBuyer(url, variantId!), startBuyer(url, variantId!)])
    const all = () => buyers.flatMap(buyer => buyer.orders)
    await until(async () => all().length, count => count >= 12)

    // The line between the two is cut: what is bought now is not on the standby when the primary dies.
    await standby.query('alter system set primary_conninfo = \'\'')
    await standby.query('select pg_reload_conf()')
    await until(() => primary.query('select 1 from pg_stat_replication'), rows => rows.length === 0)
    const bought = all().length
    await until(async () => all().length, count => count >= bought + 3)
    const diedAt = performance.now()
    await cluster.primary.kill()
    await until(async () => buyers.every(buyer => buyer.statuses.some(one => one.at > diedAt && one.status !== 201)), Boolean)
    const { receivedLsn, windowMs } = await promote([primary, standby])
    const promotedAt = performance.now()
    const after = await until(async () => buyers.map(buyer => buyer.orders.find(order => order.at > promotedAt)), all => all.every(Boolean), { withinMs: 30_000 })
    const buysAgainMs = Math.max(...after.map(order => order!.at)) - promotedAt
    expect(buysAgainMs).toBeLessThan(10_000)
    await Promise.all(buyers.map(buyer => buyer.stop()))
    expect([...stack.webs, ...stack.workers].map(child => child.pid)).toEqual(processes)

    // What the standby had, by its log position, is there; what is not is the stated window.
    const { rows } = await stack.database.fresh(db => db.execute<{ id: string }>(sql`select id from orders`))
    const kept = new Set(rows.map(row => row.id))
    const before = all().filter(order => order.at < diedAt)
    const replicated = before.filter(order => order.lsn !== null && lsnBytes(order.lsn) <= lsnBytes(receivedLsn))
    expect(replicated.length).toBeGreaterThan(0)
    expect(replicated.filter(order => !kept.has(order.id))).toEqual([])
    const lost = all().filter(order => !kept.has(order.id))
    const lostOverMs = lost.length === 0 ? 0 : diedAt - Math.min(...lost.map(order => order.at))
    process.stdout.write(`promotion: ${all().length} orders answered 201, ${lost.length} of them not replicated (the last ${Math.round(lostOverMs)} ms); promoted in ${windowMs} ms, all buy again ${Math.round(buysAgainMs)} ms later\n`)
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.filter(order => order.lsn !== null && lsnBytes(order.lsn) <= lsnBytes(receivedLsn))).toEqual([])

    // Shoppers read their own orders, with a token of the old timeline or of the new one.
    for (const order of all().filter(one => kept.has(one.id)).slice(-8)) {
      expect((await order.shopper.get<Maybe<Order>>(`/api/orders/${order.id}`)).body.totalMinor).toBe(order.totalMinor)
    }

    // Back from the dead, it says that it is a primary; nobody believes it.
    await cluster.primary.start()
    const count = async () => (await onServer<{ count: string }>(cluster.primary.adminUrl, 'select pg_current_wal_insert_lsn() || \' \' || (select count(*) from orders) as count'))[0]!.count.split(' ')[1]
    const stale = await count()
    const again = new TestShopper(stack.urls[0]!)
    for (let order = 0; order < 5; order++) {
      const bought = await again.buy(variantId!)
      expect(bought.status).toBe(201)
      expect((await again.get<Maybe<Order>>(`/api/orders/${bought.body.id}`)).body.number).toBe(bought.body.number)
    }
    const guests = await Promise.all(stack.urls.map(url => fetch(`${url}/api/health`).then(answer => answer.json() as Promise<{ checks: { replica: { detail: string } } }>)))
    expect(guests.map(health => health.checks.replica.detail)).toEqual(['not-a-standby', 'not-a-standby'])
    expect(await count()).toBe(stale)
    expect((await onServer<{ count: string }>(cluster.primary.adminUrl, 'select count(*)::text as count from pg_stat_activity where application_name like \'%-write\' or application_name = \'listener\''))[0]!.count).toBe('0')
    await until(() => brokenInvariants(stack.database, async () => {
      const { intents } = await (await fetch(`${stack.sandbox.url}/ledger`)).json() as { intents: { orderId: string, capturedMinor: number, refundedMinor: number }[] }
      const { rows: present } = await stack.database.fresh(db => db.execute<{ id: string }>(sql`select id from orders`))
      const ours = new Set([...present.map(row => row.id), ...replicated.map(order => order.id)])
      // Others were charged for and not replicated, whether their answer still came or not: the window that is stated.
      return intents.filter(intent => ours.has(intent.orderId))
    }, { settleMs: 30_000 }), broken => Object.keys(broken).length === 0, { everyMs: 500 })
  }, 180_000)
})
