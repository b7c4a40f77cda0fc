import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { ProductCard } from '../../shared/schemas/products.ts'
import type { Executor, Transaction } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { products, stock, variants } from './db/tables.ts'

/** From how many gave one star, two, and so on; null while nobody has. */
export function summariseRatings(stars: readonly number[]): ProductCard['rating'] {
  const count = stars.reduce((sum, n) => sum + n, 0)
  if (count === 0) return null
  const points = stars.reduce((sum, n, index) => sum + n * (index + 1), 0)
  return { average: Math.round(points / count * 10) / 10, count }
}

/** A product as its reviews need it; `variantIds` has the retired ones too. */
export interface RatedProduct { id: string, slug: string, name: string, stars: number[], variantIds: string[] }

/** Nothing for what is off sale: its reviews are nowhere, either. */
export async function findRated(db: Reader | Executor, slug: string): Promise<RatedProduct | null> {
  const [row] = await db.select({
    id: products.id, slug: products.slug, name: products.name, stars: products.ratings,
    variantIds: sql<string[]>`array(select v.id from variants v where v.product_id = products.id)`,
  }).from(products).where(and(eq(products.slug, slug), products.published))
  return row ?? null
}

/** Every product with its shelf, for what is said of it in a demo. */
export const listRateable = (db: Executor) => db.select({ id: products.id, slug: products.slug, category: products.categorySlug }).from(products).orderBy(asc(products.slug))

/** One rating more or less; the row's lock makes those that come at once take turns. Its trigger clears the caches. */
export const countRating = (tx: Transaction, productId: string, rating: number, by: 1 | -1) =>
  tx.execute(sql`update products set ratings[${rating}::int] = ratings[${rating}::int] + ${by}::int where id = ${productId}`)

export const namesOfProducts = async (db: Reader, ids: readonly string[]): Promise<Map<string, { slug: string, name: string }>> =>
  new Map((ids.length === 0 ? [] : await db.select({ id: products.id, slug: products.slug, name: products.name }).from(products).where(inArray(products.id, [...ids])))
    .map(({ id, ...product }) => [id, product]))

/** Products with what of them can be bought, in no order; unknown ids and what is off sale are left out. */
export async function findSellable(db: Reader | Executor, ids: readonly string[]) {
  if (ids.length === 0) return []
  const rows = await db.select({
    productId: products.id, slug: products.slug, name: products.name, image: products.image, priceMinor: products.priceMinor, maxPriceMinor: products.maxPriceMinor,
    variant: { id: variants.id, options: variants.options, priceMinor: variants.priceMinor, inStock: sql<boolean>`coalesce(${stock.onHand}, 0) > 0` },
  }).from(products).leftJoin(variants, and(eq(variants.productId, products.id), eq(variants.retired, false))).leftJoin(stock, eq(stock.variantId, variants.id))
    .where(and(inArray(products.id, [...ids]), products.published)).orderBy(asc(variants.position))
  return [...Map.groupBy(rows, row => row.productId).values()].map((group) => {
    const { variant: _, ...product } = group[0]!
    const choices = group.flatMap(({ variant }) => (variant?.id && variant.options && variant.priceMinor !== null ? [{ id: variant.id, options: variant.options, priceMinor: variant.priceMinor, inStock: variant.inStock }] : []))
    return { ...product, inStock: choices.some(choice => choice.inStock), variants: choices }
  })
}
