import { z } from 'zod'
import { isKeepable } from './text.ts'
import { currencyCode, id, minor, nextCursor } from './values.ts'

export const sortOrders = ['relevance', 'newest', 'price-asc', 'price-desc'] as const

const optionalFlag = z.enum(['1', 'true', '0', 'false']).transform(value => value === '1' || value === 'true')
const price = z.coerce.number().int().min(0).max(100_000_000)

/** The query of `GET /api/products`. Attribute filters arrive as `attr.<name>=<value>`, colours as `colour=`. */
export const productQuery = z.object({
  q: z.string().trim().max(120).optional(),
  category: z.string().regex(/^[a-z0-9-]{1,80}$/, 'Expected a category slug').optional(),
  colour: z.string().trim().max(60).refine(isKeepable, 'Expected a colour').optional(),
  minPrice: price.optional(),
  maxPrice: price.optional(),
  inStock: optionalFlag.optional(),
  sort: z.enum(sortOrders).optional(),
  facets: optionalFlag.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
  cursor: z.string().max(500).optional(),
})
export type ProductQuery = z.infer<typeof productQuery>

/** A picture by its content key; the page asks for `/pictures/<key>/<width>.<avif|webp>`. `tint` fills the box before it loads. */
export const picture = z.object({ key: z.string(), alt: z.string(), tint: z.string() }).meta({ id: 'Picture' })
export type Picture = z.infer<typeof picture>

export const productCard = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  priceMinor: minor,
  /** The highest variant price; above `priceMinor` the card says "from". */
  maxPriceMinor: minor,
  compareAtMinor: minor.nullable(),
  currency: currencyCode,
  image: picture.nullable(),
  category: z.object({ slug: z.string(), name: z.string() }),
  inStock: z.boolean(),
}).meta({ id: 'ProductCard' })
export type ProductCard = z.infer<typeof productCard>

export const facet = z.object({ value: z.string(), label: z.string(), count: z.int() })

export const productFacets = z.object({
  category: z.array(facet),
  colour: z.array(facet),
  availability: z.array(facet),
  price: z.object({ minMinor: minor, maxMinor: minor }),
  total: z.int(),
}).meta({ id: 'ProductFacets' })
export type ProductFacets = z.infer<typeof productFacets>

export const productList = z.object({
  items: z.array(productCard),
  nextCursor,
  facets: productFacets.optional(),
})
export type ProductList = z.infer<typeof productList>

export const suggestQuery = z.object({ q: z.string().trim().min(1).max(60) })
export const suggestions = z.object({ items: z.array(z.object({ slug: z.string(), name: z.string() })) })
export type Suggestions = z.infer<typeof suggestions>

export const productVariant = z.object({
  id,
  sku: z.string(),
  options: z.record(z.string(), z.string()),
  priceMinor: minor,
  compareAtMinor: minor.nullable(),
  inStock: z.boolean(),
  /** Told only when five or fewer are left. */
  lowStock: z.int().nullable(),
})
export type ProductVariant = z.infer<typeof productVariant>

export const productDetail = productCard.extend({
  description: z.string(),
  images: z.array(picture.extend({ optionValue: z.string().nullable() })),
  options: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  variants: z.array(productVariant),
}).meta({ id: 'Product' })
export type ProductDetail = z.infer<typeof productDetail>

export const recommendationList = z.object({
  items: z.array(productCard),
  source: z.enum(['service', 'fallback']),
})
export type RecommendationList = z.infer<typeof recommendationList>

export const categoryList = z.object({
  items: z.array(z.object({
    slug: z.string(),
    name: z.string(),
    story: z.string(),
    count: z.int(),
    image: picture.nullable(),
  })),
})
export type CategoryList = z.infer<typeof categoryList>
