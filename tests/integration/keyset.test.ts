import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProducts } from '../../server/products/find-products.ts'
import { saveProducts } from '../../server/products/save-product.ts'
import { sortOrders } from '../../shared/schemas/products.ts'
import { product } from '../harness/fixtures.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

type Sort = (typeof sortOrders)[number]

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
})
afterAll(() => own.drop())

const pageSize = 7
const stable = 60

/** Prices, days and ranks repeat, so that pages end within ties. */
function tide(slug: string, place: number) {
  const made = product(slug, { name: `Tide ${slug}`, category: 'mugs', priceMinor: 1_000 + (place % 9) * 100, stock: 1, colours: ['Salt'], publishedAt: new Date(Date.UTC(2026, 5, 1 + place % 11)).toISOString() })
  return { ...made, description: `<p>${'Tide. '.repeat(place % 5)}</p>` }
}

const save = (products: ReturnType<typeof tide>[]) => own.database.write(tx => saveProducts(tx, products))
const remove = (slugs: string[]) => own.database.fresh(db => db.execute(sql`delete from products where slug = any(${sql.param(slugs)}::text[])`))

/** Sixty products that stay, with as many among them that will be deleted. */
async function stockShop() {
  await own.database.fresh(db => db.execute(sql`truncate products, stock_movements cascade`))
  await save(Array.from({ length: stable * 2 }, (_, index) => tide(`${index % 2 ? 'stays' : 'goes'}-${index >> 1}`, index * 7)))
}

/** Between two pages, three products come all over the order and two go. */
async function change(step: number) {
  await save(Array.from({ length: 3 }, (_, index) => tide(`came-${step}-${index}`, step * 5 + index * 3)))
  await remove([`goes-${step * 2}`, `goes-${stable - 1 - step * 2}`])
}

/** Reads to the end while the shop changes; answers how often each product was seen that was there all the time. */
async function readAll(nextPage: () => Promise<string[] | null>): Promise<Map<string, number>> {
  const seen = new Map(Array.from({ length: stable }, (_, index) => [`stays-${index}`, 0]))
  for (let step = 0; ; step++) {
    const slugs = await nextPage()
    if (!slugs) return seen
    for (const slug of slugs) if (seen.has(slug)) seen.set(slug, seen.get(slug)! + 1)
    if (step < stable / 4) await change(step)
  }
}

const notOnce = (seen: Map<string, number>) => [...seen].filter(([, times]) => times !== 1)

function byCursor(sort: Sort): () => Promise<string[] | null> {
  let cursor: string | undefined
  let done = false
  return async () => {
    if (done) return null
    const page = await own.database.fresh(db => findProducts(db, { sort, limit: pageSize, cursor, ...(sort === 'relevance' && { q: 'tide' }) }))
    cursor = page.nextCursor ?? undefined
    done = page.nextCursor === null
    return page.items.map(item => item.slug)
  }
}

const orders: Record<Sort, string> = {
  'newest': 'published_at desc, id desc',
  'popular': 'sold_count desc, id desc',
  'price-asc': 'price_minor, id',
  'price-desc': 'price_minor desc, id desc',
  'relevance': 'ts_rank_cd(search, to_tsquery(\'english\', \'tide\')) desc, id desc',
}

/** What most shops do. */
function byOffset(sort: Sort): () => Promise<string[] | null> {
  let offset = 0
  return async () => {
    const { rows } = await own.database.fresh(db => db.execute<{ slug: string }>(sql`select slug from products order by ${sql.raw(orders[sort])} limit ${pageSize} offset ${offset}`))
    offset += pageSize
    return rows.length > 0 ? rows.map(row => row.slug) : null
  }
}

describe.each(sortOrders)('when products come and go while a shopper pages through the list by %s', (sort) => {
  test('then each product that was there all the time is seen exactly once', async () => {
    await stockShop()
    expect(notOnce(await readAll(byCursor(sort)))).toEqual([])
  })

  test('then pages by offset, under the same changes, repeat or skip some', async () => {
    await stockShop()
    expect(notOnce(await readAll(byOffset(sort)))).not.toEqual([])
  })
})
