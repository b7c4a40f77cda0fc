import { describe, expect, it } from 'vitest'
import { delaysOf, expectedDays } from '../../server/orders/order-delays.ts'
import type { OrderStatus } from '../../shared/schemas/orders.ts'

/** A Thursday. */
const placedAt = new Date('2026-11-19T10:00:00Z')
const after = (text: string) => new Date(text)
const course = (status: OrderStatus, { paid = true, shippingMethod = 'standard' } = {}) => ({ status, placedAt, shippingMethod, events: paid ? [{ type: 'order.paid', at: '2026-11-19T10:00:05.000Z' }] : [] })
const kinds = (...given: Parameters<typeof delaysOf>) => delaysOf(...given).map(delay => delay.kind)

describe('what an order is expected to do', () => {
  it('is told in working days from the payment, weekends left out', () => {
    expect(expectedDays(course('paid'))).toEqual({ from: '2026-11-24T10:00:05.000Z', to: '2026-11-26T10:00:05.000Z' })
    expect(expectedDays(course('pending', { paid: false, shippingMethod: 'express' }))).toEqual({ from: '2026-11-20T10:00:00.000Z', to: '2026-11-23T10:00:00.000Z' })
  })

  it.each(['delivered', 'cancelled', 'refunded', 'payment-failed'] as const)('is nothing any more once it is %s', status => expect(expectedDays(course(status))).toBeNull())
})

describe('what is late', () => {
  it.each([
    ['a payment of two minutes less a second', 'pending', '2026-11-19T10:01:59Z', []],
    ['a payment after two minutes', 'pending', '2026-11-19T10:02:00Z', ['payment']],
    ['a parcel on the evening of the first promised day', 'fulfilling', '2026-11-24T23:59:59Z', []],
    ['a parcel that is still here after it', 'fulfilling', '2026-11-25T00:00:00Z', ['dispatch']],
    ['a parcel that left, after the first promised day', 'shipped', '2026-11-25T00:00:00Z', []],
    ['a parcel that left, after the last one', 'shipped', '2026-11-27T00:00:00Z', ['arrival']],
    ['an order that has arrived', 'delivered', '2027-01-01T00:00:00Z', []],
    ['an order whose payment failed', 'payment-failed', '2027-01-01T00:00:00Z', []],
  ] as const)('%s', (_, status, now, expected) => {
    expect(kinds(course(status, { paid: !['pending', 'payment-failed'].includes(status) }), { now: after(now) })).toEqual(expected)
  })

  it('is a confirmation that was not mailed within two minutes, on the day of the payment, and where somebody looked', () => {
    const paid = course('paid')
    expect(kinds(paid, { now: after('2026-11-19T10:02:04Z'), confirmedAt: null })).toEqual([])
    expect(delaysOf(paid, { now: after('2026-11-19T10:02:05Z'), confirmedAt: null })).toEqual([{ kind: 'confirmation', since: '2026-11-19T10:02:05.000Z' }])
    expect(kinds(paid, { now: after('2026-11-19T10:02:05Z'), confirmedAt: placedAt })).toEqual([])
    expect(kinds(paid, { now: after('2026-11-19T10:02:05Z') })).toEqual([])
    expect(kinds(paid, { now: after('2026-11-20T10:00:06Z'), confirmedAt: null })).toEqual([])
  })
})
