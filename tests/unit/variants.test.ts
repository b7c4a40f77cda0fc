import { describe, expect, it } from 'vitest'
import { nearestVariant, variantOf } from '../../shared/variants.ts'

const variant = (Colour: string, Size: string, inStock: boolean) => ({ id: `${Colour}-${Size}`, sku: `${Colour}-${Size}`, options: { Colour, Size }, priceMinor: 3200, compareAtMinor: null, inStock, lowStock: null })
const tee = {
  options: [{ name: 'Colour', values: ['Salt', 'Kelp'] }, { name: 'Size', values: ['S', 'M', 'L'] }],
  variants: [variant('Salt', 'S', true), variant('Salt', 'M', false), variant('Salt', 'L', true), variant('Kelp', 'S', true), variant('Kelp', 'M', true)],
}

describe('choosing a variant', () => {
  it('finds what is meant, also when it is sold out, and nothing for what is not made', () => {
    expect(variantOf(tee, { Colour: 'Salt', Size: 'M' })).toMatchObject({ id: 'Salt-M', inStock: false })
    expect(variantOf(tee, { Colour: 'Kelp', Size: 'L' })).toBeUndefined()
  })

  it.each([
    [{ Colour: 'Salt', Size: 'S' }, undefined],
    [{ Colour: 'Salt', Size: 'M' }, 'Salt-S'],
    [{ Colour: 'Kelp', Size: 'L' }, 'Salt-L'],
  ])('names for %j the nearest that can be had', (chosen, nearest) => {
    expect(nearestVariant(tee, chosen)?.id).toBe(nearest)
  })

  it('names none when nothing can be had', () => {
    expect(nearestVariant({ ...tee, variants: tee.variants.map(one => ({ ...one, inStock: false })) }, { Colour: 'Salt', Size: 'S' })).toBeUndefined()
  })
})
