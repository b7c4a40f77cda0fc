import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProducts, suggest } from '../../server/products/find-products.ts'
import { seedCatalogue } from '../../server/products/index.ts'
import { saveProducts } from '../../server/products/save-product.ts'
import { product } from '../harness/fixtures.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

const names = ['Tidewater Kettle', 'Quiet Hours Blanket', 'Lantern Meadow Print', 'Contour Fieldbook', 'Pebble Footstool', 'Northern Carryall', 'Driftwood Apron', 'Copper Saucepan', 'Juniper Candle', 'Crème Brûlée Ramekin']
const slugOf = (name: string) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll(' ', '-')

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
  // Found among the house's whole range, whose words are near to many others.
  await seedCatalogue(own.database)
  await own.database.write(tx => saveProducts(tx, names.map(name => product(slugOf(name), { name, category: 'oddments' }))))
})
afterAll(() => own.drop())

const search = (q: string) => own.database.fresh(db => findProducts(db, { q, limit: 24 }))
const firstFive = async (q: string) => (await search(q)).items.slice(0, 5).map(item => item.slug)

const typos: Record<string, (word: string) => string> = {
  'a letter too many': word => `${word.slice(0, 3)}x${word.slice(3)}`,
  'a letter missing': word => word.slice(0, 2) + word.slice(3),
  'its last letter missing': word => word.slice(0, -1),
  'a wrong letter': word => `${word.slice(0, 2)}z${word.slice(3)}`,
  'two letters swapped': word => word.slice(0, 1) + word[2] + word[1] + word.slice(3),
}

describe.each(names)('when somebody looks for "%s"', (name) => {
  const words = name.split(' ')
  test.each(Object.entries(typos))('with %s in any one of its words, then it is among the first five', async (_, mistype) => {
    for (const [place, word] of words.entries()) {
      const q = words.with(place, mistype(word)).join(' ')
      expect(await firstFive(q), q).toContain(slugOf(name))
    }
  })
})

describe('when a search is not finished', () => {
  test.each(['tidew', 'quiet hou', 'juniper ca', 'Ramek'])('then "%s" finds what it begins', async (q) => {
    const wanted = names.map(slugOf).filter(slug => slug.includes(q.toLowerCase().replaceAll(' ', '-')))
    expect(await firstFive(q)).toEqual(expect.arrayContaining(wanted))
    const suggested = await own.database.fresh(db => suggest(db, q))
    expect(suggested.items.map(item => item.slug)).toEqual(expect.arrayContaining(wanted))
  })
})

test.each(['creme brulee', 'CRÈME BRÛLÉE', 'crème brûlée', 'crème brulée ramekin'])('when accents and case differ (%s), then it is found all the same', async (q) => {
  expect(await firstFive(q)).toContain('creme-brulee-ramekin')
})

test.each(['xqzjv', 'qqqqqqqq wwwwwwww', 'tidewater xqzjvkw', '9f8e7d6c5b4a'])('when it is nonsense (%s), then nothing is found', async (q) => {
  expect((await search(q)).items).toEqual([])
})

const hostile: Record<string, string> = {
  'tsquery operators': 'kettle & !(mug | <-> ) :* :A \'',
  'only operators': '&|!<->():*',
  'quotes': '\'; drop table products; -- "kettle"',
  'like wildcards': '%_%\\',
  'ten thousand letters': 'k'.repeat(10_000),
  'ten thousand words': 'kettle '.repeat(1_500),
  'a NUL': 'kettle\u0000mug',
  'emoji': '🫖 kettle 👩‍👩‍👧‍👦',
  'right to left': '\u202Eelttek קומקום إبريق',
  'half a surrogate pair': 'kettle \uD83D',
  'a regular expression': '(a+)+$ [[:alpha:]]{9999}',
  'a template': '${7*7} {{7*7}} $1 $2',
  'white space': '\u00A0\u2003\t\n',
  'other digits and letters': '٣ ½ ﬁ Ω ß İ',
}
test.each(Object.entries(hostile))('when a search holds %s, then it is answered like any other', async (_, q) => {
  expect(Array.isArray((await search(q)).items)).toBe(true)
  expect(Array.isArray((await own.database.fresh(db => suggest(db, q))).items)).toBe(true)
})
