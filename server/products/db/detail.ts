import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { currency } from '../../../shared/money.ts'
import type { CategoryList, ProductDetail } from '../../../shared/schemas/products.ts'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { summariseRatings } from '../ratings.ts'
import { categories, productImages, products, productSlugs, stock, variants } from './tables.ts'

/** So few of a variant that the shop says how many. */
export const lowStockFrom = 5

export async function findProduct(db: Reader, slug: string): Promise<ProductDetail | null> {
  const [row] = await db.select({ product: products, category: { slug: categories.slug, name: categories.name } })
    .from(products).innerJoin(categories, eq(categories.slug, products.categorySlug)).where(and(eq(products.slug, slug), products.published))
  if (!row) return null
  const [variantRows, images] = await Promise.all([
    db.select({ variant: variants, onHand: stock.onHand }).from(variants).leftJoin(stock, eq(stock.variantId, variants.id))
      .where(and(eq(variants.productId, row.product.id), eq(variants.retired, false))).orderBy(asc(variants.position)),
    db.select({ key: productImages.key, alt: productImages.alt, tint: productImages.tint, preview: productImages.preview, optionValue: productImages.optionValue })
      .from(productImages).where(eq(productImages.productId, row.product.id)).orderBy(asc(productImages.position)),
  ])
  const { product, category } = row
  return {
    id: product.id,
    slug: product.slug,
    name: product.name,
    priceMinor: product.priceMinor,
    maxPriceMinor: product.maxPriceMinor,
    compareAtMinor: product.compareAtMinor,
    currency,
    image: product.image,
    category,
    inStock: variantRows.some(({ onHand }) => (onHand ?? 0) > 0),
    rating: summariseRatings(product.ratings),
    description: product.description,
    images: images.map(({ preview, ...image }) => ({ ...image, ...(preview && { preview }) })),
    options: product.options,
    attributes: product.attributes,
    variants: variantRows.map(({ variant, onHand }) => ({
      id: variant.id,
      sku: variant.sku,
      options: variant.options,
      priceMinor: variant.priceMinor,
      compareAtMinor: variant.compareAtMinor,
      inStock: (onHand ?? 0) > 0,
      lowStock: onHand && onHand <= lowStockFrom ? onHand : null,
    })),
  }
}

export interface SellableVariant {
  variantId: string
  sku: string
  options: Record<string, string>
  priceMinor: number
  slug: string
  name: string
  image: ProductDetail['image']
  onHand: number
}

/** Live price and stock; ask the primary where money hangs on it. What is not on sale (any more) is left out. */
export async function findVariants(db: Executor | Reader, ids: readonly string[]): Promise<SellableVariant[]> {
  if (ids.length === 0) return []
  return db.select({
    variantId: variants.id,
    sku: variants.sku,
    options: variants.options,
    priceMinor: variants.priceMinor,
    slug: products.slug,
    name: products.name,
    image: products.image,
    onHand: sql<number>`coalesce(${stock.onHand}, 0)`,
  }).from(variants).innerJoin(products, eq(products.id, variants.productId)).leftJoin(stock, eq(stock.variantId, variants.id))
    .where(and(inArray(variants.id, [...ids]), eq(variants.retired, false), products.published))
}

/** The variant that differs from this one in these choices; nothing when it is not made like that. */
export async function findSibling(db: Reader, variantId: string, choices: Record<string, string>): Promise<string | undefined> {
  const sibling = alias(variants, 'sibling')
  const rows = await db.select({ id: sibling.id, options: sibling.options, own: variants.options }).from(variants)
    .innerJoin(sibling, eq(sibling.productId, variants.productId)).where(and(eq(variants.id, variantId), eq(sibling.retired, false)))
  return rows.find(({ options, own }) => Object.entries({ ...own, ...choices }).every(([name, value]) => options[name] === value))?.id
}

/** What these were called, also of those that are no longer sold. */
export async function nameVariants(db: Reader, ids: readonly string[]): Promise<Pick<SellableVariant, 'variantId' | 'name' | 'options'>[]> {
  return db.select({ variantId: variants.id, name: products.name, options: variants.options })
    .from(variants).innerJoin(products, eq(products.id, variants.productId)).where(inArray(variants.id, [...ids]))
}

/** Where the product that once had this address is now; only while it is on sale. */
export async function findMovedSlug(db: Reader, slug: string): Promise<string | null> {
  const [row] = await db.select({ slug: products.slug }).from(productSlugs).innerJoin(products, eq(products.id, productSlugs.productId))
    .where(and(eq(productSlugs.slug, slug), products.published))
  return row?.slug ?? null
}

export async function listCategories(db: Reader): Promise<CategoryList['items']> {
  const { rows } = await db.execute<CategoryList['items'][number]>(sql`
    select c.slug, c.name, c.story,
      (select count(*)::int from products p where p.published and p.category_slug = c.slug) as count,
      (select p.image from products p where p.published and p.category_slug = c.slug order by p.published_at desc, p.id desc limit 1) as image
    from categories c order by c.position, c.name`)
  return rows
}

/** What a card of this shelf shows. */
export async function findShelf(db: Reader, slug: string) {
  const [row] = await db.select({
    name: categories.name,
    image: sql<CategoryList['items'][number]['image']>`(select p.image from products p where p.published and p.category_slug = ${categories.slug} order by p.published_at desc, p.id desc limit 1)`,
  }).from(categories).where(eq(categories.slug, slug))
  return row
}

export async function findPicture(db: Reader, key: string) {
  const [row] = await db.select({ drawing: productImages.drawing, alt: productImages.alt, sourceUrl: productImages.sourceUrl })
    .from(productImages).where(eq(productImages.key, key)).limit(1)
  return row
}

/** What a card of this product shows. */
export async function findPresented(db: Reader, slug: string) {
  const [row] = await db.select({ name: products.name, image: products.image, shelf: categories.name })
    .from(products).innerJoin(categories, eq(categories.slug, products.categorySlug)).where(and(eq(products.slug, slug), products.published))
  return row
}
