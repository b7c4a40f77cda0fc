import { createHash } from 'node:crypto'
import { and, eq, notInArray, sql } from 'drizzle-orm'
import type { Transaction } from '../platform/db/connect.ts'
import { AppError } from '../platform/http/app-error.ts'
import type { CatalogueProduct } from './catalogue-product.ts'
import { categories, productImages, products, searchWords, stock, stockMovements, variants } from './db/tables.ts'
import { wordsOf } from './search-words.ts'

export type SaveOutcome = 'created' | 'updated' | 'unchanged'

/**
 * Writes one product with its variants, stock, pictures and search words. The same source again changes nothing,
 * so that an import may be repeated.
 * @throws {AppError} 409 `products/sku-taken` when another product has one of the SKUs
 */
export async function saveProduct(tx: Transaction, source: CatalogueProduct): Promise<SaveOutcome> {
  const sourceHash = createHash('sha256').update(JSON.stringify(source)).digest('base64url')
  const [before] = await tx.select({ sourceHash: products.sourceHash }).from(products).where(eq(products.slug, source.slug)).for('update')
  if (before?.sourceHash === sourceHash) return 'unchanged'

  const productId = await saveRow(tx, source, sourceHash)
  await saveVariants(tx, productId, source)
  await savePictures(tx, productId, source)
  await saveWords(tx, source)
  return before ? 'updated' : 'created'
}

function priceOf({ variants }: CatalogueProduct) {
  const cheapest = variants.reduce((a, b) => (b.priceMinor < a.priceMinor ? b : a))
  return { priceMinor: cheapest.priceMinor, compareAtMinor: cheapest.compareAtMinor, maxPriceMinor: Math.max(...variants.map(variant => variant.priceMinor)) }
}

const colourOption = /^colou?r$|^glaze$|^frame$/i
const plainText = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/&\w+;/g, ' ')

async function saveRow(tx: Transaction, source: CatalogueProduct, sourceHash: string): Promise<string> {
  const first = source.pictures[0]
  const changes = {
    name: source.name,
    categorySlug: source.category,
    description: source.description,
    attributes: source.attributes,
    options: source.options,
    tags: source.tags,
    colours: source.options.find(option => colourOption.test(option.name))?.values ?? [],
    ...priceOf(source),
    image: first ? { key: first.key, alt: first.alt, tint: first.tint } : null,
    search: sql<string>`setweight(to_tsvector('english', ${source.name}), 'A')
      || setweight(to_tsvector('english', ${[source.category, ...source.tags].join(' ')}), 'B')
      || setweight(to_tsvector('english', ${plainText(source.description).slice(0, 20_000)}), 'C')`,
    sourceHash,
    updatedAt: new Date(),
  }
  const name = source.category.replaceAll('-', ' ').replace(/^./, letter => letter.toUpperCase())
  await tx.insert(categories).values({ slug: source.category, name }).onConflictDoNothing()
  const [row] = await tx.insert(products).values({ ...changes, slug: source.slug, publishedAt: new Date(source.publishedAt) })
    .onConflictDoUpdate({ target: products.slug, set: changes }).returning({ id: products.id })
  return row!.id
}

async function saveVariants(tx: Transaction, productId: string, source: CatalogueProduct) {
  const rows = source.variants.map(({ stock: _, ...variant }, position) => ({ ...variant, productId, position, retired: false }))
  const saved = await tx.insert(variants).values(rows).onConflictDoUpdate({
    target: variants.sku,
    set: { options: sql`excluded.options`, priceMinor: sql`excluded.price_minor`, compareAtMinor: sql`excluded.compare_at_minor`, position: sql`excluded.position`, retired: sql`false` },
    setWhere: eq(variants.productId, productId),
  }).returning({ id: variants.id, sku: variants.sku })
  if (saved.length < rows.length) throw new AppError({ code: 'products/sku-taken', status: 409, title: 'A SKU of this product belongs to another one' })
  await tx.update(variants).set({ retired: true }).where(and(eq(variants.productId, productId), notInArray(variants.id, saved.map(row => row.id))))
  const idOf = new Map(saved.map(row => [row.sku, row.id]))
  await saveStock(tx, productId, source.variants.map(variant => ({ variantId: idOf.get(variant.sku)!, onHand: variant.stock })))
}

/** Sets what is on hand; the difference is a delivery, or a correction when it is negative. */
async function saveStock(tx: Transaction, productId: string, lines: { variantId: string, onHand: number }[]) {
  const ordered = lines.toSorted((a, b) => a.variantId.localeCompare(b.variantId))
  const { rows: before } = await tx.execute<{ variant_id: string, on_hand: number }>(sql`
    select variant_id, on_hand from stock where product_id = ${productId} order by variant_id for update`)
  const known = new Map(before.map(row => [row.variant_id, row.on_hand]))
  const deltas = ordered.map(({ variantId, onHand }) => ({ variantId, delta: onHand - (known.get(variantId) ?? 0) })).filter(({ delta, variantId }) => delta !== 0 || !known.has(variantId))
  if (deltas.length === 0) return
  await tx.insert(stock).values(deltas.map(({ variantId, delta }) => ({ variantId, productId, onHand: delta, received: delta }))).onConflictDoUpdate({
    target: stock.variantId,
    set: { onHand: sql`${stock.onHand} + excluded.on_hand`, received: sql`${stock.received} + excluded.received` },
  })
  const reference = `delivery-${crypto.randomUUID()}`
  const movements = deltas.filter(({ delta }) => delta !== 0).map(({ variantId, delta }) => ({ variantId, kind: delta > 0 ? 'received' as const : 'corrected' as const, quantity: delta, reference }))
  if (movements.length > 0) await tx.insert(stockMovements).values(movements)
}

async function savePictures(tx: Transaction, productId: string, source: CatalogueProduct) {
  await tx.delete(productImages).where(eq(productImages.productId, productId))
  if (source.pictures.length > 0) await tx.insert(productImages).values(source.pictures.map((picture, position) => ({ ...picture, productId, position })))
}

async function saveWords(tx: Transaction, source: CatalogueProduct) {
  const words = wordsOf([source.name, source.category, ...source.tags].join(' ')).sort()
  if (words.length > 0) await tx.insert(searchWords).values(words.map(word => ({ word }))).onConflictDoNothing()
}
