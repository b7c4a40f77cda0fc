/**
 * Addresses of products. A product that gets another one keeps the old: it leads to wherever the product is now, so that
 * there are no chains, however often it is renamed.
 */
import { sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { slugRedirects, slugTaken } from './errors.ts'

/** The product with this address, or with this one among its former addresses. @throws {AppError} 404 */
export async function productAt(db: Executor, slug: string): Promise<{ id: string, slug: string }> {
  const { rows: [row] } = await db.execute<{ id: string, slug: string }>(sql`
    select id, slug from products where slug = ${slug}
    union all select p.id, p.slug from product_slugs s join products p on p.id = s.product_id where s.slug = ${slug} limit 1`)
  if (!row) throw notFound('product')
  return row
}

/**
 * Makes sure that a product may have this address, for as long as the transaction takes. One that leads to another product
 * is taken from it only when that was asked for; one that the product itself had before is simply its own again.
 * @param productId nothing for a product that is to be made
 * @throws {AppError} 409 `products/slug-taken`, 409 `products/slug-redirects`
 */
export async function claimAddress(tx: Transaction, slug: string, { productId, take }: { productId: string | null, take: boolean }): Promise<void> {
  // Two who want one address, or one who leaves it while another comes, take turns.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`product-address:${slug}`}, 0))`)
  const { rows: [owner] } = await tx.execute<{ id: string }>(sql`select id from products where slug = ${slug}`)
  if (owner && owner.id !== productId) throw slugTaken(slug)
  const { rows: [lead] } = await tx.execute<{ id: string, slug: string }>(sql`
    select p.id, p.slug from product_slugs s join products p on p.id = s.product_id where s.slug = ${slug}`)
  if (lead && lead.id !== productId && !take) throw slugRedirects(slug, lead.slug)
  if (lead) await tx.execute(sql`delete from product_slugs where slug = ${slug}`)
}

/** Lets an address that a product has left lead to it. */
export async function leaveAddress(tx: Transaction, slug: string, productId: string): Promise<void> {
  await tx.execute(sql`insert into product_slugs (slug, product_id) values (${slug}, ${productId}) on conflict (slug) do update set product_id = excluded.product_id, at = now()`)
}
