import { describe, expect, it } from 'vitest'
import { countries, freeShippingFromMinor, shippingMethods } from '../../shared/delivery.ts'
import { formatMinor } from '../../shared/money.ts'
import { priceOrder, shippingPrice } from '../../server/orders/pricing.ts'

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
    expect(priceOrder(12_000, 'standard', 'GB')).toEqual({ subtotalMinor: 12_000, shippingMinor: 0, taxMinor: 2_000, totalMinor: 12_000 })
  })

  it('when delivery is paid for, then its tax is contained as well', () => {
    expect(priceOrder(2_005, 'standard', 'GB')).toEqual({ subtotalMinor: 2_005, shippingMinor: 395, taxMinor: 400, totalMinor: 2_400 })
  })

  it.each([['GB', 2_000], ['IE', 2_244], ['FR', 2_000], ['DE', 1_916], ['NL', 2_083], ['US', 0]] as const)('when the parcel goes to %s, then £120.00 contain %i pence of tax', (country, taxMinor) => {
    expect(priceOrder(12_000, 'standard', country).taxMinor).toBe(taxMinor)
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
