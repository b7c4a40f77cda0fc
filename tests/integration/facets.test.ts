import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TraitName, traitNames } from '../../shared/facets.ts'
import type { ListingFilter } from '../../server/products/db/listing.ts'
import { findProducts } from '../../server/products/find-products.ts'
import { saveProducts } from '../../server/products/save-product.ts'
import { product } from '../harness/fixtures.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

const palettes = [['Salt'], ['Salt', 'Kelp'], ['Brick'], []]
const sizes = [['XL', 'S', 'M'], ['S'], [], ['A4', 'A3']]
const shop = Array.from({ length: 120 }, (_, i) => ({ slug: `thing-${i}`, name: i % 2 ? 'Tide Thing' : 'Moss Thing', category: ['mugs', 'prints', 'totes'][i % 3]!, priceMinor: 1_000 + (i % 7) * 500, stock: i % 5 === 0 ? 0 : 2, colours: palettes[i % 4]!, size: sizes[i % 4]!, material: [['Linen', 'Cotton', 'Velvet'][i % 11 % 3]!] }))
type Thing = (typeof shop)[number]

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
  await own.database.write(tx => saveProducts(tx, shop.map((thing) => {
    const { slug, colours, size, material: [fabric], ...rest } = thing
    const made = product(slug, { ...rest, colours: colours.length > 0 ? colours : ['plain'] })
    const options = [...(colours.length > 0 ? made.options : []), ...(size.length > 0 ? [{ name: 'Size', values: size }] : [])]
    return { ...made, options, attributes: { ...made.attributes, fabric: fabric!.toLowerCase() } }
  })))
})
afterAll(() => own.drop())

type Query = ListingFilter & { q?: string }
const filters: Query[] = [
  {}, { q: 'tide' }, { category: 'mugs' }, { colour: 'Salt' }, { minPrice: 1_500 }, { maxPrice: 2_500 }, { inStock: true },
  { category: 'mugs', colour: 'Kelp', inStock: true }, { category: 'totes', minPrice: 1_500, maxPrice: 3_000 }, { q: 'moss', category: 'prints', colour: 'Salt', minPrice: 1_200, maxPrice: 3_600, inStock: true }, { category: 'none' },
  { colour: ['Kelp', 'Brick'] }, { size: ['S', 'A4'] }, { size: 'XL', colour: 'Salt' }, { size: ['M', 'A3'], material: ['Linen', 'Velvet'], colour: ['Salt', 'Brick'] },
  { category: ['mugs', 'totes'], material: 'Cotton' }, { q: 'tide', category: ['mugs', 'prints'], size: 'S', maxPrice: 3_000 }, { size: 'XL', colour: 'Brick' }, { category: 'mugs', material: 'Nothing we have' },
]
const listOf = (value: string | readonly string[] | undefined) => [value ?? []].flat()

/** The same counts the slow way. */
function countByHand(query: Query) {
  const oneOf = (chosen: string | readonly string[] | undefined, had: string[]) => listOf(chosen).length === 0 || listOf(chosen).some(value => had.includes(value))
  const fits = (thing: Thing, without?: string) => [
    !query.q || thing.name.toLowerCase().includes(query.q),
    without === 'category' || oneOf(query.category, [thing.category]),
    without === 'colour' || oneOf(query.colour, thing.colours),
    without === 'size' || oneOf(query.size, thing.size),
    without === 'material' || oneOf(query.material, thing.material),
    without === 'price' || (thing.priceMinor >= (query.minPrice ?? 0) && thing.priceMinor <= (query.maxPrice ?? Infinity)),
    without === 'inStock' || !query.inStock || thing.stock > 0,
  ].every(Boolean)
  const tally = (values: string[]) => Object.fromEntries([...new Set(values)].map(value => [value, values.filter(other => other === value).length]))
  const without = (name?: string) => shop.filter(thing => fits(thing, name))
  const prices = without('price').map(thing => thing.priceMinor)
  return {
    category: tally(without('category').map(thing => thing.category)),
    colour: tally(without('colour').flatMap(thing => thing.colours)),
    size: tally(without('size').flatMap(thing => thing.size)),
    material: tally(without('material').flatMap(thing => thing.material)),
    availability: tally(without('inStock').map(thing => (thing.stock > 0 ? '1' : '0'))),
    price: prices.length > 0 ? { minMinor: Math.min(...prices), maxMinor: Math.max(...prices) } : { minMinor: 0, maxMinor: 0 },
    total: without().length,
  }
}

const ask = async (query: Query) => own.database.fresh(db => findProducts(db, { limit: 100, facets: true, ...query }))
const traitIn = (facets: Awaited<ReturnType<typeof ask>>['facets'], name: TraitName) => facets!.traits.find(trait => trait.name === name)?.values ?? []

test.each(filters)('when the list is filtered by %o, then each facet counts as if it alone were not set', async (query) => {
  const { facets, items } = await ask(query)
  const counts = (list: { value: string, count: number }[]) => Object.fromEntries(list.filter(({ count }) => count > 0).map(({ value, count }) => [value, count]))
  const { category, colour, availability, price, total } = facets!
  const got = { category: counts(category), colour: counts(colour), size: counts(traitIn(facets, 'size')), material: counts(traitIn(facets, 'material')), availability: counts(availability), price, total }
  expect(got).toEqual(countByHand(query))
  expect(items.length).toBe(Math.min(100, total))
})

test('when a choice leaves nothing for a value, then the value stays, with 0', async () => {
  const { facets } = await ask({ category: 'mugs', size: ['XL'] })
  expect(facets!.colour.find(({ value }) => value === 'Brick')).toEqual({ value: 'Brick', label: 'Brick', count: 0 })
  expect(traitIn(facets, 'size').map(({ value }) => value)).toEqual(['A3', 'A4', 'S', 'M', 'XL'])
  expect(traitIn(facets, 'size').every(({ count }) => count > 0)).toBe(true)
})

test('no facet is listed that no product has', async () => {
  const { facets } = await ask({})
  expect(facets!.traits.map(({ name }) => name)).toEqual(traitNames.filter(name => name === 'size' || name === 'material'))
})
