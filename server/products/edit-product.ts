/**
 * Prevents: two people at one product, and the one who saves last wiping out what the other typed.
 * Guarantees: an edit names the version that it was made from; only the first of two with the same takes effect, the other
 * is told and has changed nothing. Text goes through the allow list; prices, search and address change in one transaction.
 */
import { sql } from 'drizzle-orm'
import type { EditProductBody } from '../../shared/schemas/admin-products.ts'
import { audit, type Origin } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { claimAddress, leaveAddress, productAt } from './addresses.ts'
import { changedMeanwhile, unknownCategory, unknownVariant } from './errors.ts'
import { sanitiseDescription } from './import/sanitise-description.ts'
import { saveWords, searchTextsOf } from './save-product.ts'
import { traitsOf } from './traits.ts'

/** Who does it, for the audit log. */
export interface Editor { by: string, origin: Origin }

/** @throws {AppError} 422 `products/unknown-category` */
export async function requireCategory(tx: Transaction, slug: string): Promise<void> {
  const { rows } = await tx.execute(sql`select 1 from categories where slug = ${slug}`)
  if (rows.length === 0) throw unknownCategory()
}

/**
 * Writes an edit; answers the product's address, which may be new.
 * @throws {AppError} 404, 409 `products/changed-meanwhile`, 409 `products/slug-taken`, 409 `products/slug-redirects`, 422
 */
export async function editProduct(tx: Transaction, slug: string, edit: EditProductBody, { by, origin }: Editor): Promise<string> {
  const { id } = await productAt(tx, slug)
  const { rows: [before] } = await tx.execute<{ slug: string, name: string, version: number, price_minor: number, options: { name: string, values: string[] }[] }>(sql`
    select slug, name, version, price_minor, options from products where id = ${id} for update`)
  if (before!.version !== edit.version) throw changedMeanwhile()
  await requireCategory(tx, edit.category)
  if (edit.slug !== before!.slug) {
    await claimAddress(tx, edit.slug, { productId: id, take: edit.takeAddress })
    await leaveAddress(tx, before!.slug, id)
  }
  await priceVariants(tx, id, edit.variants)
  const content = { name: edit.name, category: edit.category, tags: edit.tags, description: sanitiseDescription(edit.description) }
  const texts = searchTextsOf(content)
  const { rows: [after] } = await tx.execute<{ price_minor: number }>(sql`
    update products set slug = ${edit.slug}, name = ${content.name}, category_slug = ${content.category}, description = ${content.description},
      attributes = ${JSON.stringify(edit.attributes)}::jsonb, tags = ${sql.param(content.tags)}::text[],
      traits = ${sql.param(traitsOf({ options: before!.options, attributes: edit.attributes }))}::text[],
      price_minor = coalesce(price.lowest, price_minor), max_price_minor = coalesce(price.highest, max_price_minor), compare_at_minor = price.before,
      search = setweight(to_tsvector('english', ${texts.name}), 'A') || setweight(to_tsvector('english', ${texts.shelf}), 'B') || setweight(to_tsvector('english', ${texts.plain}), 'C'),
      version = version + 1, updated_at = clock_timestamp()
    from (select min(price_minor) as lowest, max(price_minor) as highest, (array_agg(compare_at_minor order by price_minor, position))[1] as before
      from variants where product_id = ${id} and not retired) price
    where id = ${id} returning products.price_minor`)
  await saveWords(tx, [content])
  await audit(tx, { ...origin, kind: 'products.edited', actorId: by, detail: {
    productId: id, slug: edit.slug, version: edit.version + 1,
    ...(edit.slug !== before!.slug && { formerSlug: before!.slug }),
    ...(edit.name !== before!.name && { formerName: before!.name }),
    ...(after!.price_minor !== before!.price_minor && { priceMinor: after!.price_minor, formerPriceMinor: before!.price_minor }),
  } })
  return edit.slug
}

async function priceVariants(tx: Transaction, productId: string, variants: EditProductBody['variants']): Promise<void> {
  const rows = variants.map(({ id, priceMinor, compareAtMinor }) => ({ id, price_minor: priceMinor, compare_at_minor: compareAtMinor }))
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g(id uuid, price_minor int, compare_at_minor int)`
  const { rows: [known] } = await tx.execute<{ count: number }>(sql`select count(*)::int as count from ${given} join variants v on v.id = g.id and v.product_id = ${productId} and not v.retired`)
  if (known!.count < rows.length) throw unknownVariant()
  await tx.execute(sql`
    update variants v set price_minor = g.price_minor, compare_at_minor = g.compare_at_minor from ${given}
    where v.id = g.id and (v.price_minor, v.compare_at_minor) is distinct from (g.price_minor, g.compare_at_minor)`)
}

/**
 * Puts a product on sale or takes it off; a second time changes nothing.
 * @throws {AppError} 404
 */
export async function publishProduct(tx: Transaction, slug: string, published: boolean, { by, origin }: Editor): Promise<string> {
  const { id, slug: now } = await productAt(tx, slug)
  const { rowCount } = await tx.execute(sql`update products set published = ${published}, updated_at = clock_timestamp() where id = ${id} and published <> ${published}`)
  if (rowCount) await audit(tx, { ...origin, kind: published ? 'products.published' : 'products.unpublished', actorId: by, detail: { productId: id, slug: now } })
  return now
}
