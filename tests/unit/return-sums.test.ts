import { describe, expect, it } from 'vitest'
import { linesLeft, returnAmount } from '../../server/orders/returns/return-sums.ts'

const sold = [{ variantId: 'mug', quantity: 3, unitPriceMinor: 1_800 }, { variantId: 'print', quantity: 1, unitPriceMinor: 4_500 }]
const amount = (change: Partial<Parameters<typeof returnAmount>[0]>) => returnAmount({ sold, lines: [], before: [], shippingMinor: 395, discountMinor: 0, leftMinor: 10_295, ...change })
const all = [{ variantId: 'mug', quantity: 3 }, { variantId: 'print', quantity: 1 }]

describe('what is left of an order', () => {
  it('is what was bought less what came back, in however many parcels', () => {
    expect(linesLeft(sold, [])).toEqual(all)
    expect(linesLeft(sold, [{ variantId: 'mug', quantity: 1 }, { variantId: 'mug', quantity: 1 }, { variantId: 'print', quantity: 1 }])).toEqual([{ variantId: 'mug', quantity: 1 }])
    expect(linesLeft(sold, all)).toEqual([])
  })
})

describe('what a return is worth', () => {
  it('is what was paid for its things', () => expect(amount({ lines: [{ variantId: 'mug', quantity: 2 }] })).toBe(3_600))

  it('includes the delivery when everything comes back, at once or with what came before', () => {
    expect(amount({ lines: all })).toBe(10_295)
    expect(amount({ lines: [{ variantId: 'print', quantity: 1 }], before: [{ variantId: 'mug', quantity: 3 }] })).toBe(4_895)
    expect(amount({ lines: [{ variantId: 'print', quantity: 1 }], before: [{ variantId: 'mug', quantity: 2 }] })).toBe(4_500)
  })

  it('bears its share of a discount, and the parts make the whole in any order', () => {
    const parts = [{ variantId: 'mug', quantity: 1 }, { variantId: 'print', quantity: 1 }, { variantId: 'mug', quantity: 1 }, { variantId: 'mug', quantity: 1 }]
    for (const discountMinor of [1, 7, 991, 1_000, 3_333, 8_910]) {
      for (const order of [parts, parts.toReversed(), [...parts.slice(2), ...parts.slice(0, 2)]]) {
        const amounts = order.map((line, index) => amount({ lines: [line], before: order.slice(0, index), discountMinor, leftMinor: 10_295 - discountMinor }))
        expect(amounts.reduce((sum, one) => sum + one, 0)).toBe(10_295 - discountMinor)
        expect(amounts.every(one => Number.isInteger(one) && one > 0)).toBe(true)
      }
      expect(amount({ lines: all, discountMinor, leftMinor: 10_295 - discountMinor })).toBe(10_295 - discountMinor)
    }
    expect(amount({ lines: [{ variantId: 'mug', quantity: 1 }], discountMinor: 990 })).toBe(1_620)
  })

  it('is never more than what is left, and never less than nothing', () => {
    expect(amount({ lines: all, leftMinor: 9_000 })).toBe(9_000)
    expect(amount({ lines: all, leftMinor: 0 })).toBe(0)
    expect(amount({ lines: all, leftMinor: -5 })).toBe(0)
  })
})
