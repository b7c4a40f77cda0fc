import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProductQuery } from '../../shared/schemas/products.ts'
import { findProducts } from '../../server/products/find-products.ts'
import { saveProducts } from '../../server/products/save-product.ts'
import { product } from '../harness/fixtures.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

const palettes = [['Salt'], ['Salt', 'Kelp'], ['Brick'], []]
const shop = Array.from({ length: 120 }, (_, i) => ({ slug: `thing-${i}`, name: i % 2 ? 'Tide Thing' : 'Moss Thing', category: ['mugs', 'prints', 'totes'][i % 3]!, priceMinor: 1_000 + (i % 7) * 500, stock: i % 5 === 0 ? 0 : 2, colours: palettes[i % 4]! }))
type Thing = (typeof shop)[number]

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
  await own.database.write(tx => saveProducts(tx, shop.map((thing) => {
    const { slug, colours, ...rest } = thing
    return { ...product(slug, { ...rest, colours: colours.length > 0 ? colours : ['plain'] }), ...(colours.length === 0 && { options: [] }) }
  })))
})
afterAll(() => own.drop())

const filters: Partial<ProductQuery>[] = [{}, { q: 'tide' }, { category: 'mugs' }, { colour: 'Salt' }, { minPrice: 1_500 }, { maxPrice: 2_500 }, { inStock: true }, { category: 'mugs', colour: 'Kelp', inStock: true }, { category: 'totes', minPrice: 1_500, maxPrice: 3_000 }, { q: 'moss', category: 'prints', colour: 'Salt', minPrice: 1_200, maxPrice: 3_600, inStock: true }, { category: 'none' }]

/** The same counts the slow way. */
function countByHand(query: Partial<ProductQuery>) {
  const fits = (thing: Thing, without?: string) => [
    !query.q || thing.name.toLowerCase().includes(query.q),
    without === 'category' || !query.category || thing.category === query.category,
    without === 'colour' || !query.colour || thing.colours.includes(query.colour),
    without === 'price' || (thing.priceMinor >= (query.minPrice ?? 0) && thing.priceMinor <= (query.maxPrice ?? Infinity)),
    without === 'inStock' || !query.inStock || thing.stock > 0,
  ].every(Boolean)
  const tally = (values: string[]) => Object.fromEntries([...new Set(values)].map(value => [value, values.filter(other => other === value).length]))
  const without = (name?: string) => shop.filter(thing => fits(thing, name))
  const prices = without('price').map(thing => thing.priceMinor)
  return {
    category: tally(without('category').map(thing => thing.category)),
    colour: tally(without('colour').flatMap(thing => thing.colours)),
    availability: tally(without('inStock').map(thing => (thing.stock > 0 ? '1' : '0'))),
    price: prices.length > 0 ? { minMinor: Math.min(...prices), maxMinor: Math.max(...prices) } : { minMinor: 0, maxMinor: 0 },
    total: without().length,
  }
}

test.each(filters)('when the list is filtered by %o, then each facet counts as if it alone were not set', async (query) => {
  const { facets } = await own.database.fresh(db => findProducts(db, { limit: 1, facets: true, ...query }))
  const counts = (list: { value: string, count: number }[]) => Object.fromEntries(list.map(({ value, count }) => [value, count]))
  expect({ ...facets!, category: counts(facets!.category), colour: counts(facets!.colour), availability: counts(facets!.availability) }).toEqual(countByHand(query))
})
