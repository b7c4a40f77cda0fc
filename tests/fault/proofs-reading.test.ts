import pg from 'pg'
import { Readable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, test } from 'vitest'
import { drizzleOn } from '../../server/platform/db/connect.ts'
import type { Reader } from '../../server/platform/db/database.ts'
import type { Lsn } from '../../server/platform/db/lsn.ts'
import type { Position } from '../../server/platform/http/cursor.ts'
import { listProducts } from '../../server/products/db/listing.ts'
import { findProducts } from '../../server/products/find-products.ts'
import { importProducts } from '../../server/products/index.ts'
import { addProduct, product, seedFixtures } from '../harness/fixtures.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { proof } from '../harness/proof.ts'
import { firstRow, shopifyCsv } from '../harness/shopify-csv.ts'
import { until } from '../harness/shopper.ts'
import { insertRows } from '../naive/insert-rows.ts'
import { pageByOffset } from '../naive/offset-pages.ts'
import { searchAsTyped } from '../naive/search-as-typed.ts'

let shop: OwnShop
beforeAll(async () => {
  shop = await startOwnShop({ replica: true })
  await seedFixtures(shop.database)
})
afterAll(() => shop?.stop())
const primary = () => drizzleOn(shop.database.pools.primary)

test('without a place in the order pages repeat products while others arrive', () => proof({
  pattern: 'keyset-pagination',
  claim: 'Pages neither repeat nor skip a product while new ones arrive at the top.',
  real: () => {
    let after: Position | null = null
    let ended = false
    return async (limit: number) => {
      if (ended) return []
      const { items, next } = await listProducts(primary(), {}, { sort: 'newest', limit, after })
      after = next
      ended = next === null
      return items.map(item => item.slug)
    }
  },
  naive: () => {
    let page = 0
    return (limit: number) => pageByOffset(primary(), page++, limit)
  },
  async check(open) {
    const there = new Set((await primary().execute<{ slug: string }>(sql`select slug from products`)).rows.map(row => row.slug))
    const next = open()
    const seen: string[] = []
    for (let page = 0; ; page++) {
      const slugs = await next(3)
      if (slugs.length === 0) break
      seen.push(...slugs)
      if (page < 2) await addProduct(shop.database, product(`new-${crypto.randomUUID().slice(0, 8)}`, { publishedAt: new Date().toISOString(), colours: ['Salt'] }))
    }
    const repeated = seen.length - new Set(seen).size
    const skipped = [...there].filter(slug => !seen.includes(slug)).length
    return { violations: repeated + skipped, products: there.size, repeated, skipped }
  },
}))

test('without forgiveness a typo finds nothing', () => proof({
  pattern: 'typo-tolerant-search',
  claim: 'One typo in a word still finds the product.',
  real: async (db: Reader, q: string) => (await findProducts(db, { q, limit: 24 })).items.map(item => item.slug),
  naive: searchAsTyped,
  async check(search) {
    const typed = { noteboko: 'contour-notebook', cushoin: 'pebble-cushion', tidwater: 'tidewater-mug', conttour: 'contour-notebook', drigt: 'drift-tee', peble: 'pebble-cushion' }
    const db = primary()
    let violations = 0
    for (const [q, slug] of Object.entries(typed)) if (!(await search(db, q)).includes(slug)) violations += 1
    return { violations, searches: Object.keys(typed).length, found: Object.keys(typed).length - violations }
  },
}))

const csv = shopifyCsv(Array.from({ length: 8 }, (_, index) => firstRow(`imported-${index}`)))
const file = () => Readable.from([Buffer.from(csv)])

test('without a place of its own for each product one that is refused keeps out the rest, for good', () => proof({
  pattern: 'repeatable-import',
  claim: 'A product that the database refuses stays out alone, the same file again brings it in, and once more changes nothing.',
  real: { run: (input: Readable) => importProducts({ database: shop.database }, input).then(() => {}), table: sql`products`, key: sql`slug` },
  naive: { run: (input: Readable) => insertRows(shop.database, input), table: sql`naive_products`, key: sql`handle` },
  async check({ run, table, key }) {
    await primary().execute(sql`create table if not exists naive_products (handle text primary key)`)
    await primary().execute(sql`create or replace function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$`)
    await primary().execute(sql`create trigger refuse before insert on ${table} for each row when (new.${key} = 'imported-3') execute function refuse()`)
    const count = () => shop.count(sql`select count(*)::int as count from ${table} where ${key} like 'imported-%'`)
    let failedRuns = 0
    const runOnce = () => run(file()).catch(() => failedRuns += 1)
    await runOnce()
    const first = await count()
    await primary().execute(sql`drop trigger refuse on ${table}`)
    await runOnce()
    await runOnce()
    const products = await count()
    return { violations: (7 - first) + (8 - products) + failedRuns, products, failedRuns }
  },
}))

interface Token { lsn: Lsn }
async function writeSomething(): Promise<Token & { id: string }> {
  const id = crypto.randomUUID()
  const { lsn } = await shop.database.write(tx => tx.execute(sql`insert into cart_items (owner_id, variant_id, quantity) values (${id}, ${id}, 1)`))
  return { id, lsn }
}
const mine = (id: string) => async (db: Reader) => (await db.execute(sql`select 1 from cart_items where owner_id = ${id}`)).rows.length > 0

test('without a token a shopper does not see what they have just done', () => proof({
  pattern: 'read-your-writes',
  claim: 'With a standby that stands still, everybody sees their own writes at once.',
  real: ({ id, lsn }: Token & { id: string }) => shop.database.read(mine(id), { after: lsn }),
  naive: ({ id }: Token & { id: string }) => shop.database.read(mine(id)),
  async check(look) {
    const admin = new pg.Client({ connectionString: shop.cluster!.replica!.adminUrl })
    await admin.connect()
    await until(async () => shop.database.replicaState(), state => state?.usable === true)
    await admin.query('select pg_wal_replay_pause()')
    let violations = 0
    const writes = 20
    for (let write = 0; write < writes; write++) if (!await look(await writeSomething())) violations += 1
    await admin.query('select pg_wal_replay_resume()')
    await admin.end()
    return { violations, reads: writes, stale: violations }
  },
}))

test('without a way to the primary a dead standby takes the pages along', () => proof({
  pattern: 'read-write-split',
  claim: 'When the standby dies, every read is answered.',
  real: (query: (db: Reader) => Promise<unknown>) => shop.database.read(query),
  naive: (query: (db: Reader) => Promise<unknown>) => query(drizzleOn(shop.database.pools.replica!)),
  async check(read) {
    await shop.cluster!.replica!.kill()
    let violations = 0
    const reads = 20
    for (let page = 0; page < reads; page++) await read(db => db.execute(sql`select slug from products limit 3`)).catch(() => violations += 1)
    await shop.cluster!.replica!.start()
    await until(async () => shop.database.replicaState(), state => state?.usable === true)
    return { violations, reads, failed: violations }
  },
}))
