import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findOrders } from '../../server/orders/desk/find-orders.ts'
import { fulfilNow } from '../../server/orders/desk/fulfil-now.ts'
import { viewDeskOrder } from '../../server/orders/desk/view-order.ts'
import { findParcel, fulfilment, handOver, stopShipment } from '../../server/fulfilment/index.ts'
import { listMails } from '../../server/notifications/index.ts'
import { reportFigures } from '../../server/operations/report-figures.ts'
import { consume } from '../../server/platform/outbox/subscriber.ts'
import type { OrderStatus } from '../../shared/schemas/orders.ts'
import { orderStatuses } from '../../shared/delivery.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'
import { recordQueries } from '../harness/query-recorder.ts'
import { explain } from '../harness/query-plan.ts'

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
}, 60_000)
afterAll(() => own.drop())

interface Placed { placedAt: Date, status: OrderStatus, totalMinor: number, refundedMinor: number, lines: { slug: string, quantity: number }[] }

async function place(orders: (Placed & { id?: string })[]) {
  const rows = orders.map(({ id = crypto.randomUUID(), ...order }) => ({ id, ...order, placedAt: order.placedAt.toISOString() }))
  await own.database.fresh(async (db) => {
    await db.execute(sql`
      insert into orders (id, owner_id, access_token, checkout_id, status, email, address, shipping_method, subtotal_minor, shipping_minor, tax_minor, total_minor, refunded_minor, currency, placed_at)
      select id, id, 'token', id, status, 'ada@example.com', '{"name":"Ada","line1":"1 Quay Street","city":"Bristol","postcode":"BS1 4DJ","country":"GB"}', 'standard', "totalMinor", 0, 0, "totalMinor", "refundedMinor", 'GBP', "placedAt"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as o(id uuid, status text, "totalMinor" int, "refundedMinor" int, "placedAt" timestamptz)`)
    await db.execute(sql`
      insert into order_lines (order_id, position, line)
      select o.id, place, line || jsonb_build_object('name', line ->> 'slug', 'lineTotalMinor', 100) from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as o(id uuid, lines jsonb), jsonb_array_elements(o.lines) with ordinality as l(line, place)`)
  })
  return rows
}
const clear = () => own.database.fresh(db => db.execute(sql`truncate orders, shipments, outbox cascade`))

/** A moment by the clock on a wall in London: sorts, and its first ten letters are the day. */
const wallClock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'medium' })
const wall = (at: Date) => wallClock.format(at)
const daysBefore = (time: string, days: number) => new Date(Date.parse(`${time.replace(' ', 'T')}Z`) - days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')

/** The same figures by plain counting. */
function recount(orders: Placed[], at: Date) {
  const [now, then] = [wall(at), daysBefore(wall(at), 7)]
  const paid = (order: Placed) => order.status !== 'pending' && order.status !== 'payment-failed'
  const net = (order: Placed) => order.status === 'cancelled' ? 0 : order.totalMinor - order.refundedMinor
  const sums = (until: string) => {
    const placed = orders.filter(order => wall(order.placedAt).slice(0, 10) === until.slice(0, 10) && wall(order.placedAt) < until)
    const sold = placed.filter(paid)
    const revenueMinor = sold.reduce((sum, order) => sum + net(order), 0)
    return {
      orders: sold.length,
      units: sold.flatMap(order => order.lines).reduce((sum, line) => sum + line.quantity, 0),
      revenueMinor,
      averageMinor: sold.length ? Math.round(revenueMinor / sold.length) : 0,
      paymentFailures: placed.filter(order => order.status === 'payment-failed').length,
    }
  }
  const days = Array.from({ length: 30 }, (_, index) => {
    const day = daysBefore(now, 29 - index).slice(0, 10)
    const sold = orders.filter(order => wall(order.placedAt).slice(0, 10) === day && order.placedAt <= at && paid(order))
    return { day, orders: sold.length, revenueMinor: sold.reduce((sum, order) => sum + net(order), 0) }
  })
  const units = new Map<string, number>()
  for (const order of orders.filter(order => wall(order.placedAt) >= then && paid(order) && order.status !== 'cancelled' && order.status !== 'refunded')) {
    for (const { slug, quantity } of order.lines) units.set(slug, (units.get(slug) ?? 0) + quantity)
  }
  const best = [...units].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, 5)
  return { today: sums(now), weekAgo: sums(then), days, best }
}

describe('the figures', () => {
  const moments = ['2026-07-15T22:59:00Z', '2026-10-29T00:10:00Z', '2026-11-22T13:37:11Z', '2026-04-02T23:30:00Z'].map(text => new Date(text))
  const placed = (at: Date) => fc.record({
    placedAt: fc.oneof(fc.integer({ min: 0, max: 33 * 24 * 60 }), fc.integer({ min: 0, max: 26 * 60 }), fc.integer({ min: 7 * 24 * 60 - 120, max: 8 * 24 * 60 + 120 })).map(minutes => new Date(at.getTime() - minutes * 60_000 - 30_000)),
    status: fc.constantFrom(...orderStatuses),
    totalMinor: fc.integer({ min: 100, max: 20_000 }),
    refundedMinor: fc.constantFrom(0, 0, 50),
    lines: fc.array(fc.record({ slug: fc.constantFrom('mug', 'print', 'tote', 'tee', 'cushion', 'lamp', 'bowl'), quantity: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 3 }),
  })

  test('are what plain counting makes of any orders, in days of London, also in the weeks in which the clocks change', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...moments).chain(at => fc.tuple(fc.constant(at), fc.array(placed(at), { minLength: 5, maxLength: 60 }))), async ([at, orders]) => {
      await clear()
      await place(orders)
      const figures = await own.database.read(db => reportFigures(db, [], at))
      const { best, days, ...sums } = recount(orders, at)
      expect(figures).toMatchObject(sums)
      expect(figures.days).toEqual(days)
      expect(figures.bestSellers.map(({ slug, units }) => [slug, units])).toEqual(best)
    }), { numRuns: 40, seed: 20_261_122 })
  }, 60_000)

  test('tell how many waited a week ago', async () => {
    await clear()
    const at = new Date('2026-11-22T13:37:11Z')
    const then = at.getTime() - 7 * 86_400_000
    const steps = async (id: string, ...all: [OrderStatus, number][]) => {
      for (const [status, minutes] of all) await own.database.fresh(db => db.execute(sql`insert into order_events (order_id, type, status, cause, at) values (${id}, 'order.x', ${status}, 'test', ${new Date(then + minutes * 60_000).toISOString()})`))
    }
    const [waited, packed, later] = await place([-60, -60, 10].map(minutes => ({ placedAt: new Date(then + minutes * 60_000), status: 'delivered' as const, totalMinor: 100, refundedMinor: 0, lines: [{ slug: 'mug', quantity: 1 }] })))
    await steps(waited!.id, ['pending', -60], ['paid', -59], ['fulfilling', 5])
    await steps(packed!.id, ['pending', -60], ['paid', -59], ['fulfilling', -58])
    await steps(later!.id, ['pending', 10], ['paid', 11])
    await own.database.fresh(db => db.execute(sql`
      insert into returns (id, order_id, lines, reason, status, refund_minor, requested_at, closed_at) values
        (gen_random_uuid(), ${waited!.id}, '[]', 'x', 'received', 1, ${new Date(then - 60_000).toISOString()}, ${new Date(then + 60_000).toISOString()}),
        (gen_random_uuid(), ${waited!.id}, '[]', 'x', 'received', 1, ${new Date(then - 90_000).toISOString()}, ${new Date(then - 60_000).toISOString()}),
        (gen_random_uuid(), ${waited!.id}, '[]', 'x', 'requested', 1, ${new Date(then + 60_000).toISOString()}, null)`))
    const { today, weekAgo } = await own.database.read(db => reportFigures(db, [], at))
    expect([weekAgo.toPack, weekAgo.openReturns, today.toPack, today.openReturns]).toEqual([1, 1, 0, 1])
  })

  test('and the list read no big table from end to end', async () => {
    await clear()
    await own.database.fresh(async (db) => {
      await db.execute(sql`
        insert into orders (id, owner_id, access_token, checkout_id, status, email, address, shipping_method, subtotal_minor, shipping_minor, tax_minor, total_minor, currency, placed_at)
        select id, id, 'token', id, case when i % 50 = 0 then 'payment-failed' else 'delivered' end, 'buyer' || i || '@example.com', jsonb_build_object('name', 'Buyer ' || md5(i::text)), 'standard', 100, 0, 0, 100, 'GBP', now() - i * interval '20 minutes'
        from (select gen_random_uuid() as id, i from generate_series(1, 20000) i) made`)
      await db.execute(sql`insert into order_lines (order_id, position, line) select id, 0, '{"slug":"mug","quantity":1,"lineTotalMinor":100}' from orders`)
      await db.execute(sql`insert into order_events (order_id, type, status, cause) select id, 'order.paid', 'paid', 'x' from orders`)
      await db.execute(sql`analyze`)
    })
    const recorder = recordQueries(own.url)
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: own.url })
    await client.connect()
    // So few rows may be cheaper to read whole; the question is whether there is another way.
    await client.query('set enable_seqscan = off')
    try {
      const uses = {
        figures: (db: Parameters<Parameters<typeof recorder.record>[0]>[0]) => reportFigures(db, []),
        ...Object.fromEntries([{}, { q: 'MS-100777' }, { q: 'buyer4711@' }, { q: 'nobody at all' }, { status: 'payment-failed' as const }, { from: '2026-01-01', to: '2026-01-02' }].map(wanted =>
          [JSON.stringify(wanted), (db: Parameters<Parameters<typeof recorder.record>[0]>[0]) => findOrders(db, { ...wanted, after: null, limit: 25 })])),
      }
      const faults: string[] = []
      for (const [name, use] of Object.entries(uses)) {
        const queries = await recorder.record(use)
        for (const query of queries) {
          const { sequential } = await explain(client, query)
          faults.push(...sequential.filter(table => ['orders', 'order_lines', 'order_events'].includes(table)).map(table => `${name}: ${table} by ${query.text.replace(/\s+/g, ' ')}`))
        }
      }
      expect(faults).toEqual([])
    }
    finally {
      await recorder.close()
      await client.end()
    }
  }, 60_000)
})

describe('handing a parcel over by hand', () => {
  const nothing = async () => {}
  function carrierOf(failing = { is: false }) {
    const parcels = new Map<string, number>()
    return {
      failing,
      parcels,
      async hand({ orderId }: { orderId: string }) {
        if (failing.is) throw new Error('the carrier is down')
        parcels.set(orderId, (parcels.get(orderId) ?? 0) + 1)
        return { id: `parcel-${orderId}`, trackingNumber: 'T-1', status: 'label-created' }
      },
      stop: async () => true,
    }
  }
  async function paidOrder(status: OrderStatus = 'paid') {
    const [row] = await place([{ placedAt: new Date(), status, totalMinor: 100, refundedMinor: 0, lines: [{ slug: 'mug', quantity: 1 }] }])
    return row!.id
  }
  const view = (id: string) => own.database.read(db => viewDeskOrder(db, id, { findParcel, listMails }))

  test('is one parcel, however many do it at once, and the shop’s own try after it finds it done', async () => {
    const carrier = carrierOf()
    const deps = { database: own.database, handOver: handOver({ database: own.database, carrier }) }
    const id = await paidOrder()
    const results = await Promise.allSettled([fulfilNow(deps, id, nothing), fulfilNow(deps, id, nothing)])
    expect(results.map(result => result.status)).toContain('fulfilled')
    expect(await view(id)).toMatchObject({ status: 'fulfilling', trackingNumber: 'T-1', fulfillable: false, parcel: { status: 'created' } })
    await expect(fulfilNow(deps, id, nothing)).rejects.toMatchObject({ statusCode: 409, code: 'orders/not-fulfillable' })
    const asked = carrier.parcels.get(id)
    const payload = { orderId: id, number: 'MS-1', status: 'paid', holdId: id, email: 'ada@example.com', address: { name: 'Ada', line1: '1', city: 'B', postcode: 'BS1', country: 'GB' }, shippingMethod: 'standard', lines: [], totalMinor: 100, refundedMinor: 0, currency: 'GBP', trackingNumber: null, placedAt: new Date().toISOString() }
    await consume(own.database, fulfilment({ database: own.database, carrier }), { id: crypto.randomUUID(), type: 'order.paid', subject: id, payload })
    expect(carrier.parcels.get(id)).toBe(asked)
    const { rows } = await own.database.fresh(db => db.execute(sql`select type from outbox where subject = ${id} and type in ('shipment.created', 'order.fulfilling')`))
    expect(rows.map(row => row.type).toSorted()).toEqual(['order.fulfilling', 'shipment.created'])
  })

  test('leaves the order as it is while the carrier is away, and takes it up where it stands', async () => {
    const carrier = carrierOf({ is: true })
    const deps = { database: own.database, handOver: handOver({ database: own.database, carrier }) }
    const id = await paidOrder()
    let noted = 0
    const note = async () => {
      noted += 1
    }
    await expect(fulfilNow(deps, id, note)).rejects.toMatchObject({ statusCode: 503, code: 'fulfilment/not-handed-over' })
    expect([await view(id), noted]).toMatchObject([{ status: 'paid', fulfillable: true, parcel: { status: 'requested' } }, 0])
    carrier.failing.is = false
    await fulfilNow(deps, id, note)
    expect([(await view(id))!.status, noted]).toEqual(['fulfilling', 1])
  })

  test('is refused for what is not paid, and for a parcel that was stopped', async () => {
    const carrier = carrierOf()
    const deps = { database: own.database, handOver: handOver({ database: own.database, carrier }) }
    for (const status of ['pending', 'payment-failed', 'shipped', 'cancelled'] as const) {
      await expect(fulfilNow(deps, await paidOrder(status), nothing)).rejects.toMatchObject({ statusCode: 409 })
    }
    const id = await paidOrder()
    await stopShipment({ database: own.database, carrier })(id)
    await expect(fulfilNow(deps, id, nothing)).rejects.toMatchObject({ statusCode: 409, code: 'orders/not-fulfillable' })
    expect(carrier.parcels.size).toBe(0)
  })
})
