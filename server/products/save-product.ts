import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Transaction } from '../platform/db/connect.ts'
import { AppError } from '../platform/http/app-error.ts'
import type { CatalogueProduct } from './catalogue-product.ts'
import { foldAccents, wordsOf } from './search-words.ts'

export type SaveOutcome = 'created' | 'updated' | 'unchanged'

/**
 * Writes products with their variants, stock, pictures and search words, in a fixed number of statements however many
 * they are. The same source again changes nothing, so that an import may be repeated.
 * @param sources with different slugs
 * @returns what became of each, in their order
 * @throws {AppError} 409 `products/sku-taken` when another product has one of the SKUs; nothing of the transaction may be kept then
 */
export async function saveProducts(tx: Transaction, sources: readonly CatalogueProduct[]): Promise<SaveOutcome[]> {
  const { rows } = await tx.execute<{ slug: string, source_hash: string }>(sql`
    select slug, source_hash from products where slug = any(${sql.param(sources.map(source => source.slug))}::text[]) order by slug for update`)
  const before = new Map(rows.map(row => [row.slug, row.source_hash]))
  const changed = sources.filter(source => before.get(source.slug) !== hashOf(source))
  if (changed.length > 0) {
    const idOf = await saveRows(tx, changed)
    const saved = changed.map(source => ({ source, productId: idOf.get(source.slug)! }))
    await saveVariants(tx, saved)
    await savePictures(tx, saved)
    await saveWords(tx, changed)
  }
  const written = new Set(changed)
  return sources.map(source => (!written.has(source) ? 'unchanged' : before.has(source.slug) ? 'updated' : 'created'))
}

/** One product; see `saveProducts`. */
export async function saveProduct(tx: Transaction, source: CatalogueProduct): Promise<SaveOutcome> {
  return (await saveProducts(tx, [source]))[0]!
}

interface Saved { source: CatalogueProduct, productId: string }

/** Without the day of publication, which is written once and never changed. */
function hashOf({ publishedAt: _, ...content }: CatalogueProduct): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url')
}

const colourOption = /^colou?r$|^glaze$|^frame$/i
const plainText = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/&\w+;/g, ' ')

function rowOf(source: CatalogueProduct) {
  const { slug, name, category, description, attributes, options, tags, variants, pictures: [first] } = source
  const cheapest = variants.reduce((a, b) => (b.priceMinor < a.priceMinor ? b : a))
  return {
    slug, name, category, description, attributes, options, tags,
    colours: options.find(option => colourOption.test(option.name))?.values ?? [],
    price_minor: cheapest.priceMinor,
    max_price_minor: Math.max(...variants.map(variant => variant.priceMinor)),
    compare_at_minor: cheapest.compareAtMinor,
    image: first ? { key: first.key, alt: first.alt, tint: first.tint } : null,
    name_text: foldAccents(name),
    shelf_text: foldAccents([category, ...tags].join(' ')),
    plain_text: foldAccents(plainText(description).slice(0, 20_000)),
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
    insert into products (slug, name, category_slug, description, attributes, options, tags, colours, price_minor, max_price_minor, compare_at_minor, image, search, source_hash, published_at)
    select slug, name, category, description, attributes, options, tags, colours, price_minor, max_price_minor, compare_at_minor, image,
      setweight(to_tsvector('english', name_text), 'A') || setweight(to_tsvector('english', shelf_text), 'B') || setweight(to_tsvector('english', plain_text), 'C'),
      source_hash, published_at
    from jsonb_to_recordset(${JSON.stringify(sources.map(rowOf))}::jsonb) as s(
      slug text, name text, category text, description text, attributes jsonb, options jsonb, tags text[], colours text[], price_minor int, max_price_minor int,
      compare_at_minor int, image jsonb, name_text text, shelf_text text, plain_text text, source_hash text, published_at timestamptz)
    order by slug
    on conflict (slug) do update set name = excluded.name, category_slug = excluded.category_slug, description = excluded.description,
      attributes = excluded.attributes, options = excluded.options, tags = excluded.tags, colours = excluded.colours, price_minor = excluded.price_minor,
      max_price_minor = excluded.max_price_minor, compare_at_minor = excluded.compare_at_minor, image = excluded.image, search = excluded.search,
      source_hash = excluded.source_hash, updated_at = now()
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
  if (written.length < rows.length) throw new AppError({ code: 'products/sku-taken', status: 409, title: 'A SKU of this product belongs to another one' })
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

async function savePictures(tx: Transaction, saved: Saved[]) {
  const rows = saved.flatMap(({ source, productId }) => source.pictures.map((picture, position) => ({
    product_id: productId, position, key: picture.key, drawing: picture.drawing, source_url: picture.sourceUrl, alt: picture.alt, tint: picture.tint, option_value: picture.optionValue,
  })))
  await tx.execute(sql`delete from product_images where product_id = any(${sql.param(saved.map(({ productId }) => productId))}::uuid[])`)
  await tx.execute(sql`
    insert into product_images (product_id, position, key, drawing, source_url, alt, tint, option_value)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as s(product_id uuid, position int, key text, drawing jsonb, source_url text, alt text, tint text, option_value text)`)
}

async function saveWords(tx: Transaction, sources: CatalogueProduct[]) {
  const words = new Set(sources.flatMap(source => wordsOf([source.name, source.category, ...source.tags].join(' '))))
  await tx.execute(sql`
    insert into search_words (word) select unnest(${sql.param([...words].sort())}::text[]) on conflict do nothing`)
}
