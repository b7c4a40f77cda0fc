import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countMailedResets, deleteEnded, findLogin, findReset, lockUnmailedReset, spendReset, voidResets } from '../../server/auth/db/account-queries.ts'
import { deleteSessions, findSession, listSessions } from '../../server/auth/db/queries.ts'
import { charge, forgiveAll, tallyOf } from '../../server/auth/throttle.ts'
import { sweepAudit } from '../../server/platform/audit/audit.ts'
import { countItems, findCode, findItem, forgetCode, listItems, moveCode, moveItems, quantityOf, subtractItems } from '../../server/cart/db/queries.ts'
import { findCheckout, findOrder, forgetOldKeys, listEvents, listLines, listOrders, listStuck, lockCheckout, lockOpenCheckout, lockOrder, moveOrders } from '../../server/orders/db/queries.ts'
import { findKey } from '../../server/orders/idempotency.ts'
import { findPayment, listAbandoned } from '../../server/payments/db/queries.ts'
import type { Db, Transaction } from '../../server/platform/db/connect.ts'
import { startRelay } from '../../server/platform/outbox/relay.ts'
import { findPicture, findProduct, findVariants, listCategories } from '../../server/products/db/detail.ts'
import { type ListingFilter, listBestsellers, listBySlugs, listProducts } from '../../server/products/db/listing.ts'
import { findProducts, suggest } from '../../server/products/find-products.ts'
import { saveProduct } from '../../server/products/save-product.ts'
import { claimHold, holdStock, returnHold, sellHold, sweepExpiredHolds } from '../../server/products/stock.ts'
import { returnCode, weighCode } from '../../server/promotions/index.ts'
import { sortOrders } from '../../shared/schemas/products.ts'
import { product } from '../harness/fixtures.ts'
import { fillLargeShop } from '../harness/large-shop.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'
import { bigTables, explain } from '../harness/query-plan.ts'
import { type QueryRecorder, recordQueries } from '../harness/query-recorder.ts'

let own: OwnDatabase
let client: pg.Client
let recorder: QueryRecorder
let big: Set<string>
const report: { query: string, scans: string, cost: number, ms: number }[] = []
/** One of each, from the middle of the table. */
const some = { user: '', order: '', variant: '', hold: '', picture: '', published: '', product: '', price: 0 }

beforeAll(async () => {
  own = await ownDatabase()
  await fillLargeShop(own.database)
  client = new pg.Client({ connectionString: own.url })
  await client.connect()
  recorder = recordQueries(own.url)
  big = await bigTables(client, 1_000)
  const { rows } = await client.query<typeof some>(`
    select p.id as product, p.price_minor as price, p.published_at::text as published, (select id from variants where product_id = p.id limit 1) as variant, (select key from product_images where product_id = p.id limit 1) as picture,
      (select id from users offset 10000 limit 1) as user, (select id from orders offset 10000 limit 1) as order, (select id from stock_holds offset 10000 limit 1) as hold
    from products p where slug = 'item-50000'`)
  Object.assign(some, rows[0])
}, 600_000)

afterAll(async () => {
  await recorder.close()
  await client.end()
  await own.drop()
  console.table(report)
})

/** Records what `use` sends, and answers each table above a thousand rows that one of the statements would read from end to end. */
async function readEndToEnd(name: string, use: (db: Db) => Promise<unknown>): Promise<string[]> {
  const queries = await recorder.record(use)
  expect(queries.length, 'statements recorded').toBeGreaterThan(0)
  const faults: string[] = []
  for (const query of queries) {
    const plan = await explain(client, query)
    faults.push(...plan.sequential.filter(table => big.has(table)).map(table => `${name}: Seq Scan on ${table} by ${query.text.replace(/\s+/g, ' ')}`))
    report.push({ query: name, scans: plan.scans.join(' ').slice(0, 110), cost: Math.round(plan.cost), ms: await measure(query) })
  }
  return faults
}

async function measure({ text, params }: { text: string, params: unknown[] }): Promise<number> {
  await client.query('begin')
  try {
    const startedAt = performance.now()
    await client.query(text, params)
    return Math.round((performance.now() - startedAt) * 10) / 10
  }
  finally {
    await client.query('rollback')
  }
}

const asTransaction = (db: Db) => db as unknown as Transaction
const page = { limit: 24, facets: false } as const

const filters: [string, ListingFilter][] = [
  ['everything', {}],
  ['a category', { category: 'mugs' }],
  ['a small category', { category: 'kettles' }],
  ['a colour', { colour: 'Ochre' }],
  ['one of two colours', { colour: ['Ochre', 'Rust'] }],
  ['two shelves', { category: ['mugs', 'kettles'] }],
  ['a size and a material', { size: ['M', 'L'], material: 'Velvet' }],
  ['a price range', { minPrice: 2_000, maxPrice: 2_500 }],
  ['in stock', { inStock: true }],
  ['all filters', { category: 'mugs', colour: ['Salt', 'Kelp'], size: 'M', pattern: ['Moire', 'Tile'], minPrice: 1_000, maxPrice: 9_000, inStock: true }],
]

describe('when the catalogue has 100,000 products, then no query reads a big table from end to end:', () => {
  for (const sort of sortOrders.filter(order => order !== 'relevance')) {
    test.each(filters)(`listing by ${sort}, %s, first page and deep page`, async (name, filter) => {
      const after: [string, string] = [sort === 'newest' ? some.published : String(some.price), some.product]
      expect(await readEndToEnd(`${sort}, ${name}`, db => listProducts(db, filter, { sort, limit: 24, after: null }))).toEqual([])
      expect(await readEndToEnd(`${sort}, ${name}, deep`, db => listProducts(db, filter, { sort, limit: 24, after }))).toEqual([])
    })
  }

  test.each(sortOrders)('full-text search by %s', async (sort) => {
    for (const q of ['juniper', 'amber large mugs', 'fibre77 mugs', 'junipre', 'quiet lam']) {
      expect(await readEndToEnd(`search "${q}" by ${sort}`, db => findProducts(db, { ...page, q, sort }))).toEqual([])
    }
    expect(await readEndToEnd(`search in a category by ${sort}`, db => findProducts(db, { ...page, q: 'juniper', category: 'mugs', inStock: true, sort }))).toEqual([])
  })

  test.each([...filters, ['a search', { tsquery: 'juniper' }] satisfies [string, ListingFilter]])('facets of %s', async (name, { tsquery, ...filter }) => {
    expect(await readEndToEnd(`facets, ${name}`, db => findProducts(db, { ...page, ...filter, q: tsquery, facets: true }))).toEqual([])
  })

  const queries: Record<string, (db: Db) => Promise<unknown>> = {
    'suggestions': db => suggest(db, 'junip'),
    'a search for nothing, and what may be meant': db => findProducts(db, { ...page, q: 'juniqqxr zzxqvv', facets: true }),
    'suggestions for one letter': db => suggest(db, 'j'),
    'categories with counts': listCategories,
    'product by slug': db => findProduct(db, 'item-50000'),
    'variants by ids': db => findVariants(db, [some.variant]),
    'picture by key': db => findPicture(db, some.picture),
    'recommendations by slugs': db => listBySlugs(db, ['item-1', 'item-50000', 'item-99999', 'none']),
    'bestsellers': db => listBestsellers(db, { notSlug: 'item-1', limit: 4 }),
    'session by token': db => findSession(db, Buffer.alloc(32)),
    'sessions of a user': db => listSessions(db, some.user),
    'user by address': db => findLogin(db, { email: 'user777@example.com', deviceHash: Buffer.alloc(32) }),
    'sessions of a user, ended': db => deleteSessions(db, some.user, { except: some.order }),
    'a try to log in': db => charge(db, tallyOf('user777@example.com', null)),
    'failures of an account': db => forgiveAll(db, 'user777@example.com'),
    'a reset to be mailed': db => lockUnmailedReset(asTransaction(db), some.order),
    'resets mailed within the hour': db => countMailedResets(db, some.user, some.order),
    'resets of a user, voided': db => voidResets(db, some.user),
    'a reset by its token': db => findReset(db, Buffer.alloc(32)),
    'a reset, spent': db => spendReset(db, Buffer.alloc(32)),
    'what has ended of accounts': db => deleteEnded(db, 14),
    'old audit entries': sweepAudit,
    'cart lines': db => listItems(db, some.user),
    'one cart line': db => findItem(db, some.user, some.variant),
    'quantity in the cart': db => quantityOf(db, some.user, some.variant),
    'count of cart lines': db => countItems(db, some.user),
    'cart moves to the account': db => moveItems(db, some.user, some.order),
    'cart without what was bought': db => subtractItems(db, some.user, [{ variantId: some.variant, quantity: 1 }]),
    'code of a cart': db => findCode(db, some.user),
    'code of a cart, forgotten': db => forgetCode(db, some.user, 'TENOFF'),
    'code moves to the account': db => moveCode(db, some.user, some.order),
    'code, weighed': db => weighCode(db, { code: 'TENOFF', subtotalMinor: 5_000, ownerId: some.user }),
    'code of an order, given back': db => returnCode(asTransaction(db), some.order),
    'open checkout': db => lockOpenCheckout(asTransaction(db), some.user),
    'checkout': db => findCheckout(db, some.user, some.user),
    'checkout, locked': db => lockCheckout(asTransaction(db), some.user, some.user),
    'orders of an owner': db => listOrders(db, some.user, { after: null, limit: 24 }),
    'orders of an owner, next page': db => listOrders(db, some.user, { after: ['2026-01-01', some.order], limit: 24 }),
    'order of an owner or a token': db => findOrder(db, some.order, { ownerId: some.user, token: 'token' }),
    'order, locked': db => lockOrder(asTransaction(db), some.order),
    'order lines': db => listLines(db, some.order),
    'order events': db => listEvents(db, some.order, 5),
    'orders move to the account': db => moveOrders(asTransaction(db), some.user, some.order),
    'stuck orders': db => listStuck(db, { olderThanS: 15, limit: 50 }),
    'idempotency key': db => findKey(db, { ownerId: some.user, key: 'key', fingerprint: 'x' }),
    'old idempotency keys': forgetOldKeys,
    'payment': db => findPayment(db, some.order),
    'abandoned payments': db => listAbandoned(db, 50),
    'due stock holds': db => sweepExpiredHolds(asTransaction(db)),
    'outbox': db => relayed(db, relay => relay.drain()),
    'outbox, dead letters sent back': db => relayed(db, relay => relay.drainReplays()),
    'outbox, lost events': db => relayed(db, relay => relay.republishLost()),
  }
  test.each(Object.entries(queries))('%s', async (name, use) => {
    expect(await readEndToEnd(name, use)).toEqual([])
  })

  /** A relay on the test's transaction, which does nothing by itself. */
  async function relayed(db: Db, use: (relay: ReturnType<typeof startRelay>) => Promise<unknown>) {
    const write = async <T>(work: (tx: Transaction) => Promise<T>) => ({ result: await work(asTransaction(db)), lsn: '0/0' as never })
    const quiet = { debug() {}, info() {}, warn() {}, error() {} }
    const relay = startRelay({ database: { write }, subscribers: [{ name: 'stock-ledger', events: ['order.paid'], apply: async () => {} }], queueOf: () => ({ add: async () => {} }), log: quiet as never, pollMs: 3_600_000, lostAfterMs: 3_600_000 })
    await use(relay)
    await relay.stop()
  }

  test('what the database does by itself: stock functions, triggers, foreign keys, and saving a product', async () => {
    const scanned: Record<string, string[]> = {}
    await recorder.record(async (db) => {
      const tx = asTransaction(db)
      const scansNow = async () => {
        const { rows } = await db.execute<{ name: string, scans: string }>(sql`select relname as name, seq_scan as scans from pg_stat_xact_user_tables`)
        return new Map(rows.map(row => [row.name, Number(row.scans)]))
      }
      let before = await scansNow()
      const step = async (name: string, run: () => Promise<unknown>) => {
        await run()
        const now = await scansNow()
        scanned[name] = [...now].filter(([table, scans]) => big.has(table) && scans > (before.get(table) ?? 0)).map(([table]) => table)
        before = now
      }
      const holdId = crypto.randomUUID()
      await step('hold', () => holdStock(tx, { holdId, lines: [{ variantId: some.variant, quantity: 1 }], forMs: 60_000 }))
      await step('claim', () => claimHold(tx, holdId))
      await step('sell', () => sellHold(tx, holdId))
      await step('return', () => returnHold(tx, holdId))
      await step('create', () => saveProduct(tx, product('a-new-one')))
      await step('update', () => saveProduct(tx, product('a-new-one', { stock: 7, colours: ['Salt'] })))
      await step('count everything', () => db.execute(sql`select count(*) from mails where body <> ''`))
    })
    expect(scanned).toEqual({ 'hold': [], 'claim': [], 'sell': [], 'return': [], 'create': [], 'update': [], 'count everything': ['mails'] })
  })
})

describe('when an index is gone', () => {
  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['drop index products_newest', db => listProducts(db, {}, { sort: 'newest', limit: 24, after: null })],
    ['drop index products_price', db => listProducts(db, {}, { sort: 'price-asc', limit: 24, after: null })],
    ['drop index products_search', db => suggest(db, 'juniper')],
    ['drop index products_bestselling', db => listBestsellers(db, { notSlug: '', limit: 4 })],
    ['alter table products drop constraint products_slug_unique', db => findProduct(db, 'item-50000')],
    ['drop index variants_product', db => findProduct(db, 'item-50000')],
    ['drop index orders_owner', db => listOrders(db, some.user, { after: null, limit: 24 })],
    ['drop index idempotency_keys_age', forgetOldKeys],
  ])('then this test notices: %s', async (change, use) => {
    const queries = await recorder.record(use)
    await client.query('begin')
    try {
      await client.query(change)
      const plans = []
      for (const query of queries) plans.push(await explain(client, query))
      expect(plans.flatMap(plan => plan.sequential).filter(table => big.has(table))).not.toEqual([])
    }
    finally {
      await client.query('rollback')
    }
  })
})
