import { sql } from 'drizzle-orm'
import type { NewProductBody } from '../../shared/schemas/admin-products.ts'
import { audit } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { claimAddress } from './addresses.ts'
import { type Editor, requireCategory } from './edit-product.ts'
import { sanitiseDescription } from './import/sanitise-description.ts'
import { shortHash } from './import/shopify-values.ts'
import { saveProduct } from './save-product.ts'

/**
 * Makes a draft, with a variant for each value of its option, or one without a choice.
 * @throws {AppError} 409 `products/slug-taken`, 409 `products/slug-redirects`, 409 `products/sku-taken`, 422
 */
export async function createProduct(tx: Transaction, { slug, takeAddress, name, category, description, priceMinor, stock, option }: NewProductBody, { by, origin }: Editor): Promise<string> {
  await requireCategory(tx, category)
  await claimAddress(tx, slug, { productId: null, take: takeAddress })
  const skuOf = (value: string) => `${slug.slice(0, 80)}-${shortHash(`${slug} ${value}`, 6)}`.toUpperCase()
  const variants = option
    ? option.values.map(value => ({ sku: skuOf(value), options: { [option.name]: value }, priceMinor, compareAtMinor: null, stock }))
    : [{ sku: skuOf(''), options: {}, priceMinor, compareAtMinor: null, stock }]
  await saveProduct(tx, {
    slug, name, category, description: sanitiseDescription(description), attributes: {}, tags: [], options: option ? [option] : [],
    variants, pictures: [], publishedAt: new Date().toISOString(),
  })
  const { rows: [made] } = await tx.execute<{ id: string }>(sql`update products set published = false where slug = ${slug} returning id`)
  await audit(tx, { ...origin, kind: 'products.created', actorId: by, detail: { productId: made!.id, slug } })
  return slug
}
