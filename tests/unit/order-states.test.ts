import { describe, expect, it } from 'vitest'
import { orderStatuses, type OrderStatus } from '../../shared/delivery.ts'
import { isCancellable, isLegal, stepsBetween } from '../../server/orders/order-states.ts'

/** Written down a second time on purpose: a change of the machine must be made twice. */
const legal = new Set([
  'pending → paid',
  'pending → payment-failed',
  'paid → fulfilling',
  'paid → cancelled',
  'fulfilling → shipped',
  'fulfilling → cancelled',
  'shipped → delivered',
  'shipped → refunded',
  'delivered → refunded',
  'cancelled → refunded',
])

const pairs = orderStatuses.flatMap(from => orderStatuses.map(to => ({ from, to, edge: `${from} → ${to}` })))

describe('an order', () => {
  it.each(pairs.filter(({ edge }) => legal.has(edge)))('may go $edge in one step', ({ from, to }) => {
    expect(isLegal(from, to)).toBe(true)
    expect(stepsBetween(from, to)).toEqual([to])
  })

  it.each(pairs.filter(({ edge }) => !legal.has(edge)))('may not go $edge in one step', ({ from, to }) => {
    expect(isLegal(from, to)).toBe(false)
  })

  it('knows all eight statuses', () => expect(pairs.length).toBe(64))

  it.each<[OrderStatus, OrderStatus, OrderStatus[]]>([
    ['paid', 'shipped', ['fulfilling', 'shipped']],
    ['paid', 'delivered', ['fulfilling', 'shipped', 'delivered']],
    ['fulfilling', 'delivered', ['shipped', 'delivered']],
  ])('that is %s and hears that it is %s takes every step between', (from, to, steps) => {
    expect(stepsBetween(from, to)).toEqual(steps)
  })

  it.each<[OrderStatus, OrderStatus]>([
    ['shipped', 'fulfilling'],
    ['delivered', 'shipped'],
    ['delivered', 'paid'],
    ['shipped', 'shipped'],
    ['paid', 'paid'],
    ['paid', 'pending'],
    ['cancelled', 'shipped'],
    ['refunded', 'delivered'],
    ['payment-failed', 'paid'],
    ['payment-failed', 'delivered'],
    ['shipped', 'cancelled'],
  ])('that is %s ignores the late news that it is %s', (from, to) => {
    expect(stepsBetween(from, to)).toEqual([])
  })

  it.each<OrderStatus>(['fulfilling', 'shipped', 'delivered', 'cancelled', 'refunded'])('that is not paid does not become %s, whatever the carrier says', (to) => {
    expect(stepsBetween('pending', to)).toEqual([])
  })

  it('takes only legal steps, wherever it starts and whatever it hears', () => {
    for (const { from, to } of pairs) {
      const path = [from, ...stepsBetween(from, to)]
      path.slice(1).forEach((step, index) => expect(legal, `on the way from ${from} to ${to}`).toContain(`${path[index]} → ${step}`))
    }
  })

  it('can be cancelled once it is paid and until it ships', () => {
    expect(orderStatuses.filter(isCancellable)).toEqual(['paid', 'fulfilling'])
  })
})
