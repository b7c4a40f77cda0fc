import { sql } from 'drizzle-orm'
import { bigserial, boolean, check, customType, index, integer, jsonb, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import type { Picture } from '../../../shared/schemas/products.ts'

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

export type Attributes = Record<string, string | number | boolean | string[]>

export const categories = pgTable('categories', {
  slug: text('slug').primaryKey(),
  name: text('name').notNull(),
  story: text('story').notNull().default(''),
  position: integer('position').notNull().default(1000),
})

/** What a listing needs stands in the row itself, so that a page of cards is one index range. */
export const products = pgTable('products', {
  id: uuid('id').primaryKey().defaultRandom(),
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  categorySlug: text('category_slug').notNull().references(() => categories.slug),
  description: text('description').notNull(),
  attributes: jsonb('attributes').$type<Attributes>().notNull().default({}),
  options: jsonb('options').$type<{ name: string, values: string[] }[]>().notNull().default([]),
  tags: text('tags').array().notNull().default([]),
  colours: text('colours').array().notNull().default([]),
  /** `facet:value`, see `traits.ts`; empty until a product is saved by a version that knows them. */
  traits: text('traits').array().notNull().default([]),
  priceMinor: integer('price_minor').notNull(),
  maxPriceMinor: integer('max_price_minor').notNull(),
  compareAtMinor: integer('compare_at_minor'),
  /** Kept by a trigger on `stock`: true while any variant can be bought. */
  inStock: boolean('in_stock').notNull().default(false),
  image: jsonb('image').$type<Picture>(),
  soldCount: integer('sold_count').notNull().default(0),
  /** How many published reviews gave one star, two, and so on; counted by `reviews`. */
  ratings: integer('ratings').array().notNull().default(sql`'{0,0,0,0,0}'`),
  search: tsvector('search').notNull(),
  /** Of everything the product was last written from; the same source again changes nothing. */
  sourceHash: text('source_hash').notNull(),
  /** False for a draft, and for what was taken off sale: whatever a shopper sees asks for it. */
  published: boolean('published').notNull().default(true),
  /** Goes up with each edit; whoever saves says which one they had read. */
  version: integer('version').notNull().default(0),
  publishedAt: timestamp('published_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [
  // Ascending, and read backwards: `desc` in an index puts nulls last, which no `order by … desc` of ours asks for.
  index('products_newest').on(table.publishedAt, table.id),
  index('products_category_newest').on(table.categorySlug, table.publishedAt, table.id),
  index('products_price').on(table.priceMinor, table.id),
  index('products_category_price').on(table.categorySlug, table.priceMinor, table.id),
  index('products_bestselling').on(table.soldCount, table.id),
  // The version before counts by the first of these two; dropped when no such version can run.
  index('products_facets').on(table.categorySlug, table.inStock, table.priceMinor, table.colours),
  index('products_choices').on(table.categorySlug, table.inStock, table.priceMinor, table.colours, table.traits),
  // Facets are counted out of an index alone, which must know by itself what is on sale. The two that are not partial go in a later release.
  index('products_offered_facets').on(table.categorySlug, table.inStock, table.priceMinor, table.colours, table.traits).where(sql`published`),
  index('products_drafts').on(table.publishedAt, table.id).where(sql`not published`),
  index('products_search').using('gin', table.search),
  index('products_colours').using('gin', table.colours),
  index('products_traits').using('gin', table.traits),
])

/** Addresses that a product had before: each leads to it for ever, wherever it has moved since. */
export const productSlugs = pgTable('product_slugs', {
  slug: text('slug').primaryKey(),
  productId: uuid('product_id').notNull().references(() => products.id, { onDelete: 'cascade' }),
  at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
}, table => [index('product_slugs_product').on(table.productId)])

export const variants = pgTable('variants', {
  id: uuid('id').primaryKey().defaultRandom(),
  productId: uuid('product_id').notNull().references(() => products.id, { onDelete: 'cascade' }),
  sku: text('sku').notNull().unique(),
  options: jsonb('options').$type<Record<string, string>>().notNull(),
  priceMinor: integer('price_minor').notNull(),
  compareAtMinor: integer('compare_at_minor'),
  position: integer('position').notNull(),
  /** No longer offered, kept because orders refer to it. */
  retired: boolean('retired').notNull().default(false),
}, table => [
  index('variants_product').on(table.productId, table.position),
  check('variants_price', sql`price_minor > 0`),
])

/** `received = on_hand + reserved + sold − restocked`, always; checked by the database itself. */
export const stock = pgTable('stock', {
  variantId: uuid('variant_id').primaryKey().references(() => variants.id, { onDelete: 'cascade' }),
  productId: uuid('product_id').notNull(),
  onHand: integer('on_hand').notNull().default(0),
  reserved: integer('reserved').notNull().default(0),
  sold: integer('sold').notNull().default(0),
  restocked: integer('restocked').notNull().default(0),
  received: integer('received').notNull().default(0),
}, table => [
  index('stock_product').on(table.productId),
  check('stock_not_negative', sql`on_hand >= 0 and reserved >= 0 and sold >= 0 and restocked >= 0`),
  check('stock_adds_up', sql`received = on_hand + reserved + sold - restocked`),
])

/** What a checkout keeps aside. `active` ends by itself at `expires_at`; `claimed` belongs to an order. */
export const stockHolds = pgTable('stock_holds', {
  id: uuid('id').primaryKey(),
  status: text('status', { enum: ['active', 'claimed', 'sold', 'released', 'returned'] }).notNull().default('active'),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [index('stock_holds_due').on(table.expiresAt).where(sql`status = 'active'`)])

export const stockHoldLines = pgTable('stock_hold_lines', {
  holdId: uuid('hold_id').notNull().references(() => stockHolds.id, { onDelete: 'cascade' }),
  variantId: uuid('variant_id').notNull(),
  quantity: integer('quantity').notNull(),
}, table => [
  primaryKey({ columns: [table.holdId, table.variantId] }),
  check('stock_hold_lines_quantity', sql`quantity > 0`),
])

/** Every movement, with what caused it; sums to the counters of `stock`. */
export const stockMovements = pgTable('stock_movements', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  variantId: uuid('variant_id').notNull(),
  kind: text('kind', { enum: ['received', 'held', 'released', 'sold', 'restocked', 'corrected'] }).notNull(),
  quantity: integer('quantity').notNull(),
  reference: text('reference').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull().default(sql`clock_timestamp()`),
}, table => [
  index('stock_movements_variant').on(table.variantId),
  index('stock_movements_at').on(table.at),
  unique('stock_movements_once').on(table.reference, table.kind, table.variantId),
])

export const productImages = pgTable('product_images', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  productId: uuid('product_id').notNull().references(() => products.id, { onDelete: 'cascade' }),
  position: integer('position').notNull(),
  /** Names the picture by its content: another drawing has another URL, so that it may be kept for ever. */
  key: text('key').notNull(),
  drawing: jsonb('drawing').$type<Record<string, unknown>>(),
  sourceUrl: text('source_url'),
  alt: text('alt').notNull(),
  tint: text('tint').notNull(),
  /** The picture in a few pixels, as a `data:` URI; null for one that one can look through, and until it is there. */
  preview: text('preview'),
  optionValue: text('option_value'),
  /** Of a picture that was uploaded, which an import leaves alone. */
  uploadId: uuid('upload_id'),
}, table => [
  unique('product_images_place').on(table.productId, table.position),
  index('product_images_key').on(table.key),
])

export const uploadStatuses = ['waiting', 'working', 'done', 'failed'] as const

/** A picture on its way from a person to the shop; its file is `uploads/<id>` until the worker is done with it. */
export const pictureUploads = pgTable('picture_uploads', {
  id: uuid('id').primaryKey(),
  productId: uuid('product_id').notNull().references(() => products.id, { onDelete: 'cascade' }),
  status: text('status', { enum: uploadStatuses }).notNull().default('waiting'),
  alt: text('alt').notNull(),
  optionValue: text('option_value'),
  /** How many of `total` files are made. */
  made: integer('made').notNull().default(0),
  total: integer('total').notNull(),
  /** For the person who uploaded it. */
  problem: text('problem'),
  uploadedBy: uuid('uploaded_by').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, table => [index('picture_uploads_open').on(table.productId).where(sql`status <> 'done'`)])

/** The vocabulary of the catalogue, against which a mistyped word is corrected. */
export const searchWords = pgTable('search_words', {
  word: text('word').primaryKey(),
  uses: integer('uses').notNull().default(1),
}, table => [index('search_words_near').using('gist', table.word.op('gist_trgm_ops'))])
