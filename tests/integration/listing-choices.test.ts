import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProductList, Suggestions } from '../../shared/schemas/products.ts'
import type { Problem } from '../../shared/schemas/problem.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { until } from '../harness/shopper.ts'

const shop = runningShop()
const newWord = () => `plinth${crypto.randomUUID().replaceAll(/[^a-z]/g, '').slice(0, 8)}`
const word = newWord()
const made: [name: string, colours: string[], sizes: string[], fabric: string, priceMinor: number][] = [
  ['One', ['Salt'], ['S', 'M'], 'linen', 1_000],
  ['Two', ['Kelp'], ['M', 'L'], 'linen', 2_000],
  ['Three', ['Brick'], ['L'], 'cotton', 3_000],
  ['Four', ['Salt', 'Kelp'], ['S'], 'cotton', 4_000],
]
const ask = async (query: string) => (await shop.shopper().get<ProductList>(`/api/products?q=${word}&sort=price-asc&facets=1&${query}`)).body
const names = ({ items }: ProductList) => items.map(({ name }) => name.split(' ')[1])

beforeAll(async () => {
  for (const [name, colours, sizes, fabric, priceMinor] of made) {
    const source = product(`${word}-${name.toLowerCase()}`, { name: `${word} ${name}`, colours, priceMinor, category: name === 'Four' ? 'totes' : 'tees' })
    await addProduct(shop.database, { ...source, options: [...source.options, { name: 'Size', values: sizes }], attributes: { fabric } })
  }
  await until(() => ask(''), ({ items }) => items.length === made.length)
})
afterAll(shop.close)

test.each([
  ['colour=Salt', ['One', 'Four']],
  ['colour=Salt&colour=Brick', ['One', 'Three', 'Four']],
  ['colour=Salt&colour=Kelp&size=M', ['One', 'Two']],
  ['size=S&size=L&material=Cotton', ['Three', 'Four']],
  ['category=totes&category=mugs', ['Four']],
  ['material=Linen&minPrice=1500', ['Two']],
  ['fit=Boxy', []],
])('values of one facet widen the list, facets narrow it: %s', async (query, wanted) => {
  expect(names(await ask(query))).toEqual(wanted)
})

test('a list narrowed by colour shows each thing in it, and names a variant of it that can be bought', async () => {
  const slug = newWord()
  const source = product(slug, { colours: ['Salt', 'Kelp', 'Brick'] })
  const [salt, kelp] = ['Salt', 'Kelp'].map(colour => ({ key: randomBytes(10).toString('hex'), tint: '#aabbcc', drawing: null, sourceUrl: null, alt: `in ${colour}`, optionValue: colour }))
  const options = [...source.options, { name: 'Piping', values: ['Left', 'Brick'] }]
  const variants = source.variants.flatMap(variant => ['Left', 'Brick'].map(piping => ({ ...variant, sku: `${variant.sku}-${piping}`, options: { ...variant.options, Piping: piping }, stock: piping === 'Left' && variant.options.Colour === 'Kelp' ? 0 : 5 })))
  await addProduct(shop.database, { ...source, options, variants, pictures: [salt!, kelp!] })
  const list = async (query: string) => (await shop.shopper().get<ProductList>(`/api/products?q=${slug}&${query}`)).body.items
  const shown = async (query: string) => (await until(() => list(query), items => items.length === 1)).map(({ image, variantSku }) => [image?.alt, variantSku])
  expect(await shown('')).toEqual([['in Salt', undefined]])
  expect(await shown('colour=Kelp')).toEqual([['in Kelp', `${`${slug}-Kelp`.toUpperCase()}-Brick`]])
  expect(await shown('colour=Kelp&colour=Salt')).toEqual([['in Salt', `${`${slug}-Salt`.toUpperCase()}-Left`]])
  // Without a picture of its own; and of two options that are colours the first counts.
  expect(await shown('colour=Brick')).toEqual([['in Salt', `${`${slug}-Brick`.toUpperCase()}-Left`]])
})

test('a list is the same answer however its filters are spelt', async () => {
  const [one, other] = await Promise.all(['size=M&colour=Kelp&colour=Salt', 'colour=Salt&colour=Kelp&colour=Salt&size=M&size='].map(ask))
  expect(other).toEqual(one)
})

test('bounds of the price are those of the other choices, and a range narrows no count of its own', async () => {
  const { facets } = await ask('colour=Kelp&minPrice=3500')
  expect(facets).toMatchObject({ price: { minMinor: 2_000, maxMinor: 4_000 }, total: 1 })
})

test.each([
  ['minPrice=2000&maxPrice=1000', 'maxPrice'],
  ['minPrice=cheap', 'minPrice'],
  ['category=No%20shelf', 'category'],
  [Array.from({ length: 9 }, (_, index) => `size=${index}`).join('&'), 'size'],
  [`pattern=${'x'.repeat(61)}`, 'pattern'],
  ['colour=a%00b', 'colour'],
  ['sort=loudest', 'sort'],
])('what cannot be meant is refused by the name of the field: %s', async (query, path) => {
  const { status, body } = await shop.shopper().get<Problem>(`/api/products?${query}`)
  expect(status).toBe(422)
  expect(body.errors?.[0]?.path.split('.')[0]).toBe(path)
})

test('what is not ours is said as it is ours, and a search for nothing is told what would find something', async () => {
  expect((await ask('')).didYouMean).toBeUndefined()
  const mistyped = (await shop.shopper().get<ProductList>('/api/products?q=tidewatr%20mug&facets=1')).body
  expect(mistyped.items.map(({ slug }) => slug)).toContain('tidewater-mug')
  expect(mistyped.didYouMean).toBe('tidewater mug')
  const nothing = (await shop.shopper().get<ProductList>('/api/products?q=tidewater%20zzxqvvjk&facets=1')).body
  expect(nothing.items).toEqual([])
  expect(nothing.didYouMean).toBe('tidewater')
  const filteredAway = (await shop.shopper().get<ProductList>('/api/products?q=tidewater&facets=1&minPrice=9000000')).body
  expect(filteredAway).toMatchObject({ items: [] })
  expect(filteredAway.didYouMean).toBeUndefined()
})

test('suggestions have what a row of them shows', async () => {
  const { items, categories, searches } = (await shop.shopper().get<Suggestions>('/api/products/suggest?q=mu')).body
  expect(items[0]).toMatchObject({ slug: expect.any(String), priceMinor: expect.any(Number), currency: 'GBP' })
  expect(categories).toContainEqual({ slug: 'mugs', name: 'Mugs' })
  expect(searches.every(search => search.startsWith('mu'))).toBe(true)
})
