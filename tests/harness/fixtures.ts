import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'
import { type CatalogueProduct, saveProduct } from '../../server/products/index.ts'
import { until } from './shopper.ts'

/** A small product; each test that sells makes its own, so that none depends on another's stock. */
export function product(slug: string, { name = slug, category = 'mugs', priceMinor = 1800, stock = 100, colours = ['Salt', 'Kelp', 'Brick'], publishedAt = '2026-10-01T00:00:00Z' }: { name?: string, category?: string, priceMinor?: number, stock?: number, colours?: string[], publishedAt?: string } = {}): CatalogueProduct {
  return {
    slug,
    name,
    category,
    description: `<p>${name} holds what you pour into it.</p>`,
    attributes: { capacityMl: 350, dishwasher: true },
    tags: ['stoneware'],
    options: [{ name: 'Colour', values: colours }],
    variants: colours.map(colour => ({ sku: `${slug}-${colour}`.toUpperCase(), options: { Colour: colour }, priceMinor, compareAtMinor: null, stock })),
    pictures: [],
    publishedAt,
  }
}

export const fixtures: CatalogueProduct[] = [
  product('tidewater-mug', { name: 'Tidewater Mug' }),
  product('quiet-hours-mug', { name: 'Quiet Hours Mug', priceMinor: 2200 }),
  product('low-sun-print', { name: 'Low Sun Print', category: 'prints', priceMinor: 4500 }),
  product('contour-notebook', { name: 'Contour Notebook', category: 'notebooks', priceMinor: 1400 }),
  product('pebble-cushion', { name: 'Pebble Cushion', category: 'cushions', priceMinor: 5200 }),
  product('north-tote', { name: 'North Tote', category: 'totes', priceMinor: 2600 }),
  product('drift-tee', { name: 'Drift Tee', category: 'tees', priceMinor: 3200 }),
  product('weave-notebook', { name: 'Weave Notebook', category: 'notebooks', priceMinor: 1600 }),
  product('sold-out-print', { name: 'Sold Out Print', category: 'prints', priceMinor: 3000, stock: 0 }),
  product('last-one-mug', { name: 'Last One Mug', stock: 1 }),
]

export async function seedFixtures(database: Database): Promise<void> {
  for (const one of fixtures) await database.write(tx => saveProduct(tx, one))
  await database.fresh(db => db.execute(sql`analyze`))
}

/** Puts one more product on sale, for whoever looks next; answers its variants' ids in the order of its colours. */
export async function addProduct(database: Database, source: CatalogueProduct): Promise<string[]> {
  await database.write(tx => saveProduct(tx, source))
  // A shopper without a token of this write may be answered by the standby, a moment behind.
  await until(() => database.read(db => db.execute(sql`select 1 from products where slug = ${source.slug}`)), ({ rows }) => rows.length > 0, { everyMs: 5 })
  const { rows } = await database.fresh(db => db.execute<{ id: string }>(sql`
    select v.id from variants v join products p on p.id = v.product_id where p.slug = ${source.slug} order by v.position`))
  return rows.map(row => row.id)
}

/** Pictures without a drawing, which the shop answers with its placeholder; each key is new, so that nobody has kept one. */
export const somePictures = (count: number): CatalogueProduct['pictures'] => Array.from({ length: count }, (_, index) => ({
  key: randomBytes(10).toString('hex'), tint: '#aabbcc', drawing: null, sourceUrl: null, alt: `View ${index + 1}`, optionValue: null,
}))

/** Leaves so many of a variant on the shelf, with the movement that says so. */
export async function leaveInStock(database: Database, variantId: string, left: number): Promise<void> {
  await database.fresh(db => db.execute(sql`
    with before as (select on_hand from stock where variant_id = ${variantId} for update),
    moved as (insert into stock_movements (variant_id, kind, quantity, reference) select ${variantId}::uuid, 'corrected', ${left} - on_hand, ${`left-${randomBytes(6).toString('hex')}`} from before where on_hand <> ${left})
    update stock set received = received - before.on_hand + ${left}, on_hand = ${left} from before where variant_id = ${variantId}`))
}
