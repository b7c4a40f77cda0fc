import { describe, expect, it } from 'vitest'
import { countries, freeShippingFromMinor, shippingMethods, shippingPrice } from '../../shared/delivery.ts'
import { formatMinor } from '../../shared/money.ts'
import { discountOn, leastGoodsMinor, maxPercent } from '../../shared/promotions.ts'
import { priceOrder } from '../../server/orders/pricing.ts'

describe('pricing', () => {
  it('when the subtotal reaches the boundary, then standard delivery costs nothing, and one penny below it still does', () => {
    expect(shippingPrice('standard', freeShippingFromMinor)).toBe(0)
    expect(shippingPrice('standard', freeShippingFromMinor - 1)).toBe(395)
  })

  it('when the order is large, then express still costs its price, and collecting never does', () => {
    expect(shippingPrice('express', freeShippingFromMinor * 10)).toBe(795)
    expect(shippingPrice('collect', 1)).toBe(0)
  })

  it('when tax is shown, then it is contained in the total and not added to it', () => {
    expect(priceOrder(12_000, 'standard', 'GB')).toEqual({ subtotalMinor: 12_000, discountMinor: 0, shippingMinor: 0, taxMinor: 2_000, totalMinor: 12_000 })
  })

  it('when delivery is paid for, then its tax is contained as well', () => {
    expect(priceOrder(2_005, 'standard', 'GB')).toEqual({ subtotalMinor: 2_005, discountMinor: 0, shippingMinor: 395, taxMinor: 400, totalMinor: 2_400 })
  })

  it.each([['GB', 2_000], ['IE', 2_244], ['FR', 2_000], ['DE', 1_916], ['NL', 2_083], ['US', 0]] as const)('when the parcel goes to %s, then £120.00 contain %i pence of tax', (country, taxMinor) => {
    expect(priceOrder(12_000, 'standard', country).taxMinor).toBe(taxMinor)
  })

  it('when a code takes something off, then it comes off the goods, the tax is that of what is paid, and free delivery stays', () => {
    expect(priceOrder(6_500, 'standard', 'GB', { discountMinor: 1_000, freeShipping: false })).toEqual({ subtotalMinor: 6_500, discountMinor: 1_000, shippingMinor: 0, taxMinor: 917, totalMinor: 5_500 })
    expect(priceOrder(2_005, 'standard', 'GB', { discountMinor: 5, freeShipping: false })).toEqual({ subtotalMinor: 2_005, discountMinor: 5, shippingMinor: 395, taxMinor: 399, totalMinor: 2_395 })
  })

  it('when a code makes delivery free, then standard delivery alone', () => {
    const free = { discountMinor: 0, freeShipping: true }
    expect(priceOrder(1_000, 'standard', 'GB', free)).toMatchObject({ shippingMinor: 0, totalMinor: 1_000 })
    expect(priceOrder(1_000, 'express', 'GB', free)).toMatchObject({ shippingMinor: 795, totalMinor: 1_795 })
  })

  it('when a code takes a percentage or an amount off, then halves are rounded up and something is always left to pay', () => {
    expect([discountOn(1_005, 'percentage', 10), discountOn(1_004, 'percentage', 10), discountOn(2_000, 'amount', 500), discountOn(2_000, 'free-shipping', 0)]).toEqual([101, 100, 500, 0])
    for (let subtotalMinor = 0; subtotalMinor < 3_000; subtotalMinor += 7) {
      for (const discountMinor of [discountOn(subtotalMinor, 'percentage', maxPercent), discountOn(subtotalMinor, 'amount', 99_999_999)]) {
        expect(Number.isInteger(discountMinor) && discountMinor >= 0).toBe(true)
        expect(subtotalMinor - discountMinor).toBeGreaterThanOrEqual(Math.min(subtotalMinor, leastGoodsMinor))
      }
    }
  })

  it('for every subtotal, method and country, amounts are whole pence, add up, and do not depend on the country', () => {
    for (let subtotalMinor = 1; subtotalMinor < 20_000; subtotalMinor += 37) {
      for (const { id } of shippingMethods) {
        const totals = countries.map(({ code }) => {
          const amounts = priceOrder(subtotalMinor, id, code)
          expect(amounts.totalMinor).toBe(amounts.subtotalMinor + amounts.shippingMinor)
          expect(Object.values(amounts).every(Number.isInteger)).toBe(true)
          expect(amounts.taxMinor).toBeLessThan(amounts.totalMinor)
          return amounts.totalMinor
        })
        expect(new Set(totals).size).toBe(1)
      }
    }
  })

  it('when pence are shown, then they are shown in pounds', () => {
    expect([0, 5, 1_250, 123_456].map(formatMinor)).toEqual(['£0.00', '£0.05', '£12.50', '£1,234.56'])
  })
})
