import { z } from 'zod'
import { identifier } from './cart.ts'
import { picture } from './products.ts'
import { isKeepable, line, optionalLine } from './text.ts'
import { currencyCode, id, instant, minor, nextCursor, pageQuery } from './values.ts'

/** What a product's address may be made of, and how long the caches let it be. */
export const newSlug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'Small letters, digits and single hyphens').max(120, 'At most 120 characters')

/** `few-left` is five or fewer of a variant that is not sold out. */
export const productStates = ['published', 'draft', 'sold-out', 'few-left'] as const
export type ProductState = (typeof productStates)[number]

/** The query of `GET /api/admin/products`. */
export const adminProductQuery = z.object({ q: optionalLine(120).optional(), status: z.enum(productStates).optional(), ...pageQuery.shape })

export const adminProductCard = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  category: z.string(),
  image: picture.nullable(),
  priceMinor: minor,
  maxPriceMinor: minor,
  currency: currencyCode,
  published: z.boolean(),
  inStock: z.boolean(),
  /** Of all variants together. */
  onHand: z.int(),
  /** Of the variant of which there are fewest. */
  fewest: z.int(),
  updatedAt: instant,
})
export const adminProductList = z.object({ items: z.array(adminProductCard), nextCursor })
export type AdminProductList = z.infer<typeof adminProductList>

const price = z.int('Expected pence').min(1, 'At least a penny').max(100_000_000, 'At most a million pounds')
const categorySlug = z.string().regex(/^[a-z0-9-]{1,80}$/, 'Choose a category')
const description = z.string().max(20_000, 'At most 20,000 characters').refine(isKeepable, 'Contains characters that cannot be kept')
const attributeValue = z.union([optionalLine(500), z.number().min(-1e9).max(1e9), z.boolean(), z.array(optionalLine(200)).max(50)])
export const attributes = z.record(z.string().regex(/^[A-Za-z][\w -]{0,59}$/, 'A name begins with a letter'), attributeValue)
  .refine(given => Object.keys(given).length <= 60, 'At most 60 details')
const tags = z.array(line(60, 'A tag cannot be empty')).max(60, 'At most 60 tags')

/** `PATCH /api/admin/products/{slug}`: all that can be edited, and the version that it was read as. */
export const editProductBody = z.strictObject({
  version: z.int().min(0).max(2_147_483_647),
  slug: newSlug,
  /** Takes an address that leads to another product; that product's old links then lead here. */
  takeAddress: z.boolean().default(false),
  name: line(200, 'What is it called?'),
  category: categorySlug,
  description,
  attributes,
  tags,
  variants: z.array(z.strictObject({ id: identifier, priceMinor: price, compareAtMinor: price.nullable() })).max(250),
}).check(({ value, issues }) => {
  for (const [index, { priceMinor, compareAtMinor }] of value.variants.entries()) {
    if (compareAtMinor !== null && compareAtMinor <= priceMinor) issues.push({ code: 'custom', input: compareAtMinor, path: ['variants', index, 'compareAtMinor'], message: 'The price before must be above the price' })
  }
})
export type EditProductBody = z.infer<typeof editProductBody>

/** `POST /api/admin/products`: a draft, with a variant for each value of its option, or one. */
export const newProductBody = z.strictObject({
  name: line(200, 'What is it called?'),
  slug: newSlug,
  takeAddress: z.boolean().default(false),
  category: categorySlug,
  description: description.default(''),
  priceMinor: price,
  stock: z.int('A whole number').min(0, 'Not less than none').max(100_000, 'At most 100,000').default(0),
  option: z.strictObject({ name: line(60, 'What can be chosen?'), values: z.array(line(60, 'A choice cannot be empty')).min(1, 'Name the choices').max(50, 'At most 50 choices') })
    .refine(({ values }) => new Set(values).size === values.length, { path: ['values'], message: 'Each choice once' }).nullable().default(null),
})
export type NewProductBody = z.infer<typeof newProductBody>

export const publicationBody = z.strictObject({ published: z.boolean() })

/** `POST /api/admin/products/{slug}/stock`; `id` is the correction's own, so that it may be sent twice. */
export const stockCorrectionBody = z.strictObject({
  id: identifier,
  variantId: identifier,
  by: z.int('A whole number').min(-100_000, 'At most 100,000 at once').max(100_000, 'At most 100,000 at once').refine(by => by !== 0, 'By how many?'),
  reason: line(200, 'Why? It goes into the books'),
})
export type StockCorrectionBody = z.infer<typeof stockCorrectionBody>

export const variantStock = z.object({ variantId: id, onHand: z.int(), reserved: z.int(), sold: z.int() })
export type VariantStock = z.infer<typeof variantStock>

const alt = line(300, 'Say what can be seen, for those who cannot see it')
const optionValue = line(60, 'Which choice?').nullable()
/** The query of `POST /api/admin/products/{slug}/pictures`, whose body is the file. */
export const uploadQuery = z.object({ alt, optionValue: optionalLine(60).optional() })
/** A picture's number. */
export const pictureId = z.string().regex(/^[1-9]\d{0,14}$/)
export const pictureWordsBody = z.strictObject({ alt, optionValue })
/** All of a product's pictures, in the order that they are to have. */
export const pictureOrderBody = z.strictObject({ ids: z.array(pictureId).max(500) })

export const uploadStatus = z.enum(['waiting', 'working', 'done', 'failed'])
export const pictureUpload = z.object({
  id,
  alt: z.string(),
  status: uploadStatus,
  /** How many of `total` sizes are made. */
  made: z.int(),
  total: z.int(),
  /** Why it failed. */
  problem: z.string().nullable(),
  createdAt: instant,
})
export type PictureUpload = z.infer<typeof pictureUpload>

/** A product's pictures in their order, and those that are still on their way. */
export const pictureShelf = z.object({
  pictures: z.array(picture.extend({ id: pictureId, optionValue: z.string().nullable(), uploadId: id.nullable() })),
  uploads: z.array(pictureUpload),
})
export type PictureShelf = z.infer<typeof pictureShelf>

export const adminProduct = z.object({
  id,
  slug: z.string(),
  version: z.int(),
  name: z.string(),
  category: z.string(),
  description: z.string(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  tags: z.array(z.string()),
  options: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  published: z.boolean(),
  updatedAt: instant,
  /** Addresses that lead here. */
  formerSlugs: z.array(z.string()),
  variants: z.array(variantStock.extend({ sku: z.string(), options: z.record(z.string(), z.string()), priceMinor: minor, compareAtMinor: minor.nullable() })),
  currency: currencyCode,
  shelf: pictureShelf,
}).meta({ id: 'AdminProduct' })
export type AdminProduct = z.infer<typeof adminProduct>
