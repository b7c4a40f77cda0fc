import { describe, expect, it } from 'vitest'
import { composeMail, mailedNews } from '../../server/notifications/compose-mail.ts'
import { orderEventTypes, type OrderSnapshot } from '../../server/orders/index.ts'

const order: OrderSnapshot = {
  orderId: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  number: 'MS-100001',
  status: 'paid',
  holdId: '8e03978e-40d5-43dd-bc93-6894a57f9325',
  email: 'ada@example.com',
  address: { name: 'Ada Byron', line1: '12 St James Square', city: 'London', postcode: 'SW1Y 4JH', country: 'GB' },
  shippingMethod: 'standard',
  lines: [
    { variantId: 'v1', slug: 'mug', name: 'Tidewater Mug', sku: 'MUG-SALT', options: { Colour: 'Salt', Size: 'L' }, image: null, quantity: 2, unitPriceMinor: 1_800, lineTotalMinor: 3_600 },
    { variantId: 'v2', slug: 'print', name: 'Low Sun Print', sku: 'PRINT', options: { Frame: 'Oak' }, image: null, quantity: 1, unitPriceMinor: 4_500, lineTotalMinor: 4_500 },
  ],
  totalMinor: 8_100,
  refundedMinor: 0,
  currency: 'GBP',
  trackingNumber: null,
  placedAt: '2026-11-22T00:00:00.000Z',
}
const compose = (type: string, change: Partial<OrderSnapshot> = {}) => composeMail(type, { ...order, ...change }, 'https://shop.example')

describe('a mail', () => {
  it('when an order is paid, then it lists each line with its options and price, the total, and where to look', () => {
    const { subject, body } = compose('order.paid')!
    expect(subject).toBe('We have your order · MS-100001')
    expect(body).toContain('Hello Ada Byron,')
    expect(body).toContain('  2 × Tidewater Mug (Salt, L)  £36.00\n  1 × Low Sun Print (Oak)  £45.00')
    expect(body).toContain('Total £81.00, tax included.')
    expect(body).toContain('https://shop.example/orders/8e03978e-40d5-43dd-bc93-6894a57f9324')
  })

  it('when a parcel ships, then its number is told if there is one', () => {
    expect(compose('order.shipped', { trackingNumber: 'MS0123GB' })!.body).toContain('Tracking number: MS0123GB')
    expect(compose('order.shipped')!.body).not.toMatch(/Tracking|null|undefined/)
  })

  it('when money goes back, then it is what was refunded and not what was paid', () => {
    const { body } = compose('order.refunded', { refundedMinor: 4_500 })!
    expect(body).toContain('£45.00 goes back')
    expect(body).not.toContain('£81.00')
  })

  it('when a part goes back, then it tells what goes this time, what went in all, and why', () => {
    const { subject, body } = compose('order.partly-refunded', { refundedMinor: 4_500, amountMinor: 500, cause: 'a chipped rim' })!
    expect(subject).toBe('Some of your money is on its way back · MS-100001')
    expect(body).toContain('£5.00 goes back to your card. With what went before, that is £45.00 of this order.')
    expect(body).toContain('Why: a chipped rim')
    expect(compose('order.partly-refunded', { refundedMinor: 500, amountMinor: 500 })!.body).not.toMatch(/went before|Why/)
    expect(compose('order.refunded', { refundedMinor: 8_100, amountMinor: 7_600 })!.body).toContain('£76.00 goes back')
  })

  it('when what was sent back arrives, or is not taken, then it says what that means for the money', () => {
    expect(compose('order.return-received', { amountMinor: 1_800 })!.body).toContain('£18.00 goes back to your card')
    expect(compose('order.return-received')!.body).not.toMatch(/goes back/)
    expect(compose('order.return-rejected', { cause: 'The parcel was empty.' })!.body).toContain('The parcel was empty.')
  })

  it('is written for the news that are mailed and for no other', () => {
    expect(orderEventTypes.filter(type => compose(type) !== null)).toEqual(mailedNews)
    expect(compose('order.exploded')).toBeNull()
  })
})
