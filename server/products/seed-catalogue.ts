import { sql } from 'drizzle-orm'
import type { Database } from '../platform/db/database.ts'
import { categories, products } from './db/tables.ts'
import { saveProduct } from './save-product.ts'
import { buildCatalogue, categories as ownCategories } from './seed/catalogue.ts'

const batch = 20

/** Fills an empty shop with the house's own range; answers how many products were added, 0 when there were any. */
export async function seedCatalogue(database: Pick<Database, 'fresh' | 'write'>): Promise<number> {
  const [first] = await database.fresh(db => db.select({ id: products.id }).from(products).limit(1))
  if (first) return 0
  await database.write(tx => tx.insert(categories).values(ownCategories.map((category, position) => ({ ...category, position })))
    .onConflictDoUpdate({ target: categories.slug, set: { name: sql`excluded.name`, story: sql`excluded.story`, position: sql`excluded.position` } }))
  const range = buildCatalogue()
  for (let from = 0; from < range.length; from += batch) {
    await database.write(async (tx) => {
      for (const product of range.slice(from, from + batch)) await saveProduct(tx, product)
    })
  }
  await database.fresh(db => db.execute(sql`analyze`))
  return range.length
}
