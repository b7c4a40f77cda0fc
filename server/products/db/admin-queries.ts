import { and, asc, desc, eq, ne, sql, type SQL } from 'drizzle-orm'
import { currency } from '../../../shared/money.ts'
import type { AdminProduct, AdminProductList, PictureShelf, ProductState } from '../../../shared/schemas/admin-products.ts'
import type { Executor } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { Position } from '../../platform/http/cursor.ts'
import { lowStockFrom } from './detail.ts'
import { pictureUploads, productImages, products, productSlugs, stock, variants } from './tables.ts'

type Row = AdminProductList['items'][number] & { place: string }

const states: Record<ProductState, SQL> = {
  'published': sql`p.published`,
  'draft': sql`not p.published`,
  'sold-out': sql`not p.in_stock`,
  'few-left': sql`exists (select 1 from stock s join variants v on v.id = s.variant_id where s.product_id = p.id and not v.retired and s.on_hand between 1 and ${lowStockFrom})`,
}

/** What is looked for: a SKU or an address as it stands, else words as a tsquery. */
export interface AdminFilter { status: ProductState | null, q: string, tsquery: string | null }

/** The newest first, drafts among them; a page with one more row than was asked for says that there is another. */
export async function listForAdmins(db: Reader, { status, q, tsquery }: AdminFilter, { limit, after }: { limit: number, after: Position | null }): Promise<Row[]> {
  const { rows: named } = q
    ? await db.execute<{ id: string }>(sql`select id from products where slug = ${q.toLowerCase()} union select product_id from variants where sku = ${q.toUpperCase()}`)
    : { rows: [] }
  const found = named.length > 0
    ? sql`p.id = any(${sql.param(named.map(row => row.id))}::uuid[])`
    : tsquery ? sql`p.search @@ to_tsquery('english', ${tsquery})` : q ? sql`false` : sql`true`
  const { rows } = await db.execute<Record<string, unknown> & { updated_at: Date | string } & Omit<Row, 'updatedAt'>>(sql`
    select p.id, p.slug, p.name, c.name as category, p.image, p.price_minor as "priceMinor", p.max_price_minor as "maxPriceMinor", p.published, p.in_stock as "inStock",
      shelf.units as "onHand", shelf.fewest, p.updated_at, p.published_at::text as place
    from products p join categories c on c.slug = p.category_slug cross join lateral (
      select coalesce(sum(s.on_hand), 0)::int as units, coalesce(min(s.on_hand), 0) as fewest from stock s join variants v on v.id = s.variant_id where s.product_id = p.id and not v.retired) shelf
    where ${found} and ${status ? states[status] : sql`true`} ${after ? sql`and (p.published_at, p.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``}
    order by p.published_at desc, p.id desc limit ${limit}`)
  return rows.map(({ updated_at, ...row }) => ({ ...row, currency, updatedAt: new Date(updated_at).toISOString() }))
}

/** Everything about one product that can be edited. */
export async function findForAdmins(db: Executor | Reader, id: string): Promise<AdminProduct | null> {
  const [row] = await db.select().from(products).where(eq(products.id, id))
  if (!row) return null
  const variantRows = await db.select({ variant: variants, onHand: stock.onHand, reserved: stock.reserved, sold: stock.sold })
    .from(variants).leftJoin(stock, eq(stock.variantId, variants.id)).where(and(eq(variants.productId, id), eq(variants.retired, false))).orderBy(asc(variants.position))
  const former = await db.select({ slug: productSlugs.slug }).from(productSlugs).where(eq(productSlugs.productId, id)).orderBy(desc(productSlugs.at))
  return {
    id,
    slug: row.slug,
    version: row.version,
    name: row.name,
    category: row.categorySlug,
    description: row.description,
    attributes: row.attributes,
    tags: row.tags,
    options: row.options,
    published: row.published,
    updatedAt: row.updatedAt.toISOString(),
    formerSlugs: former.map(one => one.slug),
    variants: variantRows.map(({ variant, onHand, reserved, sold }) => ({
      variantId: variant.id, sku: variant.sku, options: variant.options, priceMinor: variant.priceMinor, compareAtMinor: variant.compareAtMinor,
      onHand: onHand ?? 0, reserved: reserved ?? 0, sold: sold ?? 0,
    })),
    currency,
    shelf: await findShelf(db, id),
  }
}

/** A product's pictures, and its uploads that are not done. */
export async function findShelf(db: Executor | Reader, productId: string): Promise<PictureShelf> {
  const pictures = await db.select({ id: productImages.id, key: productImages.key, alt: productImages.alt, tint: productImages.tint, preview: productImages.preview, optionValue: productImages.optionValue, uploadId: productImages.uploadId })
    .from(productImages).where(eq(productImages.productId, productId)).orderBy(asc(productImages.position))
  const uploads = await db.select({ id: pictureUploads.id, alt: pictureUploads.alt, status: pictureUploads.status, made: pictureUploads.made, total: pictureUploads.total, problem: pictureUploads.problem, createdAt: pictureUploads.createdAt })
    .from(pictureUploads).where(and(eq(pictureUploads.productId, productId), ne(pictureUploads.status, 'done'))).orderBy(asc(pictureUploads.createdAt), asc(pictureUploads.id))
  return {
    pictures: pictures.map(({ preview, ...one }) => ({ ...one, id: String(one.id), ...(preview && { preview }) })),
    uploads: uploads.map(one => ({ ...one, createdAt: one.createdAt.toISOString() })),
  }
}
