import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Transaction } from '../platform/db/connect.ts'
import type { CatalogueProduct } from './catalogue-product.ts'
import { skuTaken, slugRedirects } from './errors.ts'
import { foldAccents, wordsOf } from './search-words.ts'
import { coloursOf, traitsOf } from './traits.ts'

export type SaveOutcome = 'created' | 'updated' | 'unchanged'

/**
 * Writes products with their variants, stock, pictures and search words, in a fixed number of statements however many
 * they are. The same source again changes nothing, so that an import may be repeated.
 * @param sources with different slugs
 * @returns what became of each, in their order
 * @throws {AppError} 409 `products/sku-taken` when another product has one of the SKUs, 409 `products/slug-redirects` when an address
 * leads to a product that was renamed; nothing of the transaction may be kept then
 */
export async function saveProducts(tx: Transaction, sources: readonly CatalogueProduct[]): Promise<SaveOutcome[]> {
  const { rows } = await tx.execute<{ slug: string, source_hash: string }>(sql`
    select slug, source_hash from products where slug = any(${sql.param(sources.map(source => source.slug))}::text[]) order by slug for update`)
  const before = new Map(rows.map(row => [row.slug, row.source_hash]))
  await refuseFormerAddresses(tx, sources.map(source => source.slug).filter(slug => !before.has(slug)))
  const changed = await withPreviews(tx, sources.filter(source => before.get(source.slug) !== hashOf(source)))
  if (changed.length > 0) {
    const idOf = await saveRows(tx, changed)
    const saved = changed.map(source => ({ source, productId: idOf.get(source.slug)! }))
    await saveVariants(tx, saved)
    await savePictures(tx, saved)
    await saveWords(tx, changed)
  }
  const written = new Set(changed.map(source => source.slug))
  return sources.map(source => (!written.has(source.slug) ? 'unchanged' : before.has(source.slug) ? 'updated' : 'created'))
}

/** One product; see `saveProducts`. */
export async function saveProduct(tx: Transaction, source: CatalogueProduct): Promise<SaveOutcome> {
  return (await saveProducts(tx, [source]))[0]!
}

async function refuseFormerAddresses(tx: Transaction, slugs: string[]): Promise<void> {
  if (slugs.length === 0) return
  const { rows: [former] } = await tx.execute<{ slug: string, now: string }>(sql`
    select s.slug, p.slug as now from product_slugs s join products p on p.id = s.product_id where s.slug = any(${sql.param(slugs)}::text[]) limit 1`)
  if (former) throw slugRedirects(former.slug, former.now)
}

/** A preview is made when the picture was fetched: what is known of one is kept when its product is written anew. */
async function withPreviews(tx: Transaction, sources: readonly CatalogueProduct[]): Promise<CatalogueProduct[]> {
  const fetched = sources.flatMap(({ pictures }) => pictures.filter(({ sourceUrl }) => sourceUrl).map(({ key }) => key))
  if (fetched.length === 0) return [...sources]
  const { rows } = await tx.execute<{ key: string, preview: string }>(sql`
    select distinct on (key) key, preview from product_images where key = any(${sql.param(fetched)}::text[]) and preview is not null`)
  const known = new Map(rows.map(row => [row.key, row.preview]))
  return sources.map(source => ({ ...source, pictures: source.pictures.map(picture => ({ ...picture, preview: picture.preview ?? known.get(picture.key) })) }))
}

interface Saved { source: CatalogueProduct, productId: string }

/** Without the day of publication, which is written once and never changed; without previews, which are learnt later; with what is derived, so that another rule writes it anew. */
function hashOf({ publishedAt: _, ...source }: CatalogueProduct): string {
  const content = { ...source, pictures: source.pictures.map(({ preview: _, ...picture }) => picture) }
  return createHash('sha256').update(JSON.stringify([content, coloursOf(content), traitsOf(content)])).digest('base64url')
}

const plainText = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/&\w+;/g, ' ')

/** What a product is found by, in its three weights. */
export function searchTextsOf({ name, category, tags, description }: Pick<CatalogueProduct, 'name' | 'category' | 'tags' | 'description'>) {
  return { name: foldAccents(name), shelf: foldAccents([category, ...tags].join(' ')), plain: foldAccents(plainText(description).slice(0, 20_000)) }
}

function rowOf(source: CatalogueProduct) {
  const { slug, name, category, description, attributes, options, tags, variants, pictures: [first] } = source
  const texts = searchTextsOf(source)
  const cheapest = variants.reduce((a, b) => (b.priceMinor < a.priceMinor ? b : a))
  return {
    slug, name, category, description, attributes, options, tags,
    colours: coloursOf(source),
    traits: traitsOf(source),
    price_minor: cheapest.priceMinor,
    max_price_minor: Math.max(...variants.map(variant => variant.priceMinor)),
    compare_at_minor: cheapest.compareAtMinor,
    image: first ? { key: first.key, alt: first.alt, tint: first.tint, preview: first.preview } : null,
    name_text: texts.name,
    shelf_text: texts.shelf,
    plain_text: texts.plain,
    source_hash: hashOf(source),
    published_at: source.publishedAt,
  }
}

async function saveRows(tx: Transaction, sources: CatalogueProduct[]): Promise<Map<string, string>> {
  const shelves = [...new Set(sources.map(source => source.category))].sort()
    .map(slug => ({ slug, name: slug.replaceAll('-', ' ').replace(/^./, letter => letter.toUpperCase()) }))
  await tx.execute(sql`
    insert into categories (slug, name) select slug, name from jsonb_to_recordset(${JSON.stringify(shelves)}::jsonb) as s(slug text, name text)
    on conflict do nothing`)
  const { rows } = await tx.execute<{ id: string, slug: string }>(sql`
    insert into products (slug, name, category_slug, description, attributes, options, tags, colours, traits, price_minor, max_price_minor, compare_at_minor, image, search, source_hash, published_at)
    select slug, name, category, description, attributes, options, tags, colours, traits, price_minor, max_price_minor, compare_at_minor, image,
      setweight(to_tsvector('english', name_text), 'A') || setweight(to_tsvector('english', shelf_text), 'B') || setweight(to_tsvector('english', plain_text), 'C'),
      source_hash, published_at
    from jsonb_to_recordset(${JSON.stringify(sources.map(rowOf))}::jsonb) as s(
      slug text, name text, category text, description text, attributes jsonb, options jsonb, tags text[], colours text[], traits text[], price_minor int, max_price_minor int,
      compare_at_minor int, image jsonb, name_text text, shelf_text text, plain_text text, source_hash text, published_at timestamptz)
    order by slug
    on conflict (slug) do update set name = excluded.name, category_slug = excluded.category_slug, description = excluded.description,
      attributes = excluded.attributes, options = excluded.options, tags = excluded.tags, colours = excluded.colours, traits = excluded.traits, price_minor = excluded.price_minor,
      max_price_minor = excluded.max_price_minor, compare_at_minor = excluded.compare_at_minor, image = excluded.image, search = excluded.search,
      source_hash = excluded.source_hash, version = products.version + 1, updated_at = now()
    returning id, slug`)
  return new Map(rows.map(row => [row.slug, row.id]))
}

async function saveVariants(tx: Transaction, saved: Saved[]) {
  const rows = saved.flatMap(({ source, productId }) => source.variants.map((variant, position) => ({
    product_id: productId, sku: variant.sku, options: variant.options, price_minor: variant.priceMinor, compare_at_minor: variant.compareAtMinor, position, on_hand: variant.stock,
  })))
  const productIds = saved.map(({ productId }) => productId)
  const { rows: written } = await tx.execute<{ id: string, sku: string }>(sql`
    insert into variants (product_id, sku, options, price_minor, compare_at_minor, position)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(product_id uuid, sku text, options jsonb, price_minor int, compare_at_minor int, position int)
    on conflict (sku) do update set options = excluded.options, price_minor = excluded.price_minor, compare_at_minor = excluded.compare_at_minor, position = excluded.position, retired = false
    where variants.product_id = excluded.product_id
    returning id, sku`)
  if (written.length < rows.length) throw skuTaken()
  await tx.execute(sql`
    update variants set retired = true
    where product_id = any(${sql.param(productIds)}::uuid[]) and not retired and id <> all(${sql.param(written.map(row => row.id))}::uuid[])`)
  const idOf = new Map(written.map(row => [row.sku, row.id]))
  await saveStock(tx, productIds, rows.map(row => ({ variant_id: idOf.get(row.sku)!, product_id: row.product_id, onHand: row.on_hand })))
}

/** Sets what is on hand; the difference is a delivery, or a correction when it is negative. */
async function saveStock(tx: Transaction, productIds: string[], lines: { variant_id: string, product_id: string, onHand: number }[]) {
  const { rows: before } = await tx.execute<{ variant_id: string, on_hand: number }>(sql`
    select variant_id, on_hand from stock where product_id = any(${sql.param(productIds)}::uuid[]) order by variant_id for update`)
  const known = new Map(before.map(row => [row.variant_id, row.on_hand]))
  const deltas = lines.map(({ variant_id, product_id, onHand }) => ({ variant_id, product_id, delta: onHand - (known.get(variant_id) ?? 0) }))
    .filter(({ delta, variant_id }) => delta !== 0 || !known.has(variant_id))
  if (deltas.length === 0) return
  // Not one upsert: a shelf that gets emptier would break the table's rules as a row to insert, before it is found to be there.
  await tx.execute(sql`
    with deltas as (select * from jsonb_to_recordset(${JSON.stringify(deltas)}::jsonb) as s(variant_id uuid, product_id uuid, delta int)),
    moved as (
      insert into stock_movements (variant_id, kind, quantity, reference)
      select variant_id, case when delta > 0 then 'received' else 'corrected' end, delta, ${`delivery-${crypto.randomUUID()}`} from deltas where delta <> 0),
    changed as (
      update stock s set on_hand = s.on_hand + d.delta, received = s.received + d.delta from deltas d where s.variant_id = d.variant_id returning s.variant_id)
    insert into stock (variant_id, product_id, on_hand, received) select variant_id, product_id, delta, delta from deltas
    where variant_id not in (select variant_id from changed) order by variant_id`)
}

const uploadsFrom = 10_000

async function savePictures(tx: Transaction, saved: Saved[]) {
  const rows = saved.flatMap(({ source, productId }) => source.pictures.map((picture, position) => ({
    product_id: productId, position, key: picture.key, drawing: picture.drawing, source_url: picture.sourceUrl, alt: picture.alt, tint: picture.tint, preview: picture.preview, option_value: picture.optionValue,
  })))
  const ids = sql`any(${sql.param(saved.map(({ productId }) => productId))}::uuid[])`
  await tx.execute(sql`delete from product_images where product_id = ${ids} and upload_id is null`)
  // What somebody uploaded stays, behind what the source brings.
  await tx.execute(sql`update product_images set position = position + ${uploadsFrom} where product_id = ${ids} and position < ${uploadsFrom}`)
  await tx.execute(sql`
    insert into product_images (product_id, position, key, drawing, source_url, alt, tint, preview, option_value)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as s(product_id uuid, position int, key text, drawing jsonb, source_url text, alt text, tint text, preview text, option_value text)`)
}

/** Adds to the vocabulary that mistyped words are corrected by. */
export async function saveWords(tx: Transaction, sources: readonly Pick<CatalogueProduct, 'name' | 'category' | 'tags'>[]) {
  const words = new Set(sources.flatMap(source => wordsOf([source.name, source.category, ...source.tags].join(' '))))
  await tx.execute(sql`
    insert into search_words (word) select unnest(${sql.param([...words].sort())}::text[]) on conflict do nothing`)
}
