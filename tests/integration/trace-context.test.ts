import { asc, eq } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { outbox } from '../../server/platform/outbox/tables.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { anAddress, type Maybe, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const newTrace = () => ({ traceId: crypto.randomUUID().replaceAll('-', ''), spanId: '00f067aa0ba902b7' })

describe('a trace', () => {
  test('goes from the shopper\'s request through the outbox and the queue to the carrier', async () => {
    // A webhook is a request of its own: when it is quicker than the shopper's, the news are its.
    await shop.faults('payments', { delayWebhooksMs: 3_000 })
    const [variantId] = await addProduct(shop.database, product(`traced-${crypto.randomUUID()}`))
    const shopper = shop.shopper()
    await shopper.add(variantId!)
    const { body: checkout } = await shopper.checkout()
    const { traceId, spanId } = newTrace()
    const { status, body } = await shopper.request<Maybe<Order>>('POST', '/api/orders', { checkoutId: checkout.id, email: 'ada@example.com', address: anAddress, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }, { 'idempotency-key': `"${crypto.randomUUID()}"`, 'traceparent': `00-${traceId}-${spanId}-01` })
    expect(status).toBe(201)
    const news = () => shop.database.fresh(db => db.select({ type: outbox.type, traceparent: outbox.traceparent }).from(outbox).where(eq(outbox.subject, body.id)).orderBy(asc(outbox.id)))
    const rows = (await until(news, found => found.some(row => row.type === 'shipment.created'))).filter(row => ['order.placed', 'order.paid', 'shipment.created'].includes(row.type))
    expect(rows.map(row => [row.type, row.traceparent?.slice(3, 35)])).toEqual([['order.placed', traceId], ['order.paid', traceId], ['shipment.created', traceId]])
    expect(rows.every(row => !row.traceparent!.includes(spanId))).toBe(true)
    await shop.faults('payments', {})
  })

  test('is what a problem names, also when the caller had none', async () => {
    const { traceId, spanId } = newTrace()
    const problem = async (traceparent?: string) => (await shop.shopper().get<{ traceId: string }>('/api/orders/nothing', traceparent ? { traceparent } : {})).body.traceId
    expect(await problem(`00-${traceId}-${spanId}-00`)).toBe(traceId)
    const minted = await problem('00-not-a-trace-01')
    expect(minted).toMatch(/^[0-9a-f]{32}$/)
    expect(minted).not.toBe(await problem())
  })
})
