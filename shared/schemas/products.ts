import { z } from 'zod'
import { maxChosen, type TraitName, traitNames } from '../facets.ts'
import { isKeepable } from './text.ts'
import { currencyCode, id, minor, nextCursor } from './values.ts'

export const sortOrders = ['relevance', 'newest', 'popular', 'price-asc', 'price-desc'] as const

const optionalFlag = z.enum(['1', 'true', '0', 'false']).transform(value => value === '1' || value === 'true')
const price = z.coerce.number().int().min(0).max(100_000_000)

/** One or several values of a facet, `?size=M&size=L`: each once, in one order, so that a list has one key however it is asked for. */
const several = <T extends z.ZodType<string>>(value: T) => z.preprocess(given => (typeof given === 'string' ? [given] : given), z.array(value).max(maxChosen, `At most ${maxChosen} values`))
  .transform(values => [...new Set(values.filter(Boolean))].sort()).optional()
const choice = z.string().trim().max(60).refine(isKeepable, 'Expected plain text')
const traitChoices = Object.fromEntries(traitNames.map(name => [name, several(choice)])) as Record<TraitName, ReturnType<typeof several<typeof choice>>>

/** The query of `GET /api/products`. Values of one facet widen the list, facets narrow it. */
export const productQuery = z.object({
  q: z.string().trim().max(120).optional(),
  category: several(z.string().regex(/^[a-z0-9-]{1,80}$/, 'Expected a category slug')),
  colour: several(choice),
  ...traitChoices,
  minPrice: price.optional(),
  maxPrice: price.optional(),
  inStock: optionalFlag.optional(),
  sort: z.enum(sortOrders).optional(),
  facets: optionalFlag.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
  cursor: z.string().max(500).optional(),
}).refine(({ minPrice = 0, maxPrice = Infinity }) => minPrice <= maxPrice, { path: ['maxPrice'], message: 'Below the lowest price' })
export type ProductQuery = z.infer<typeof productQuery>

/** A picture by its content key; the page asks for `/pictures/<key>/<width>.<avif|webp>`. Before it loads, its box shows `preview`, the same in a few pixels as a `data:` URI, or where there is none the one colour `tint`. */
export const picture = z.object({ key: z.string(), alt: z.string(), tint: z.string(), preview: z.string().optional() }).meta({ id: 'Picture' })
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
  /** In a list narrowed by colour: the variant that `image` shows, one in such a colour. */
  variantSku: z.string().optional(),
  category: z.object({ slug: z.string(), name: z.string() }),
  inStock: z.boolean(),
  /** What buyers say on average, to one decimal; null while none has said anything. */
  rating: z.object({ average: z.number(), count: z.int() }).nullable(),
}).meta({ id: 'ProductCard' })
export type ProductCard = z.infer<typeof productCard>

export const facet = z.object({ value: z.string(), label: z.string(), count: z.int() })

/** Each facet counts as if it alone were not set; a value that nothing fits any more stays, with 0. */
export const productFacets = z.object({
  category: z.array(facet),
  colour: z.array(facet),
  availability: z.array(facet),
  traits: z.array(z.object({ name: z.enum(traitNames), label: z.string(), values: z.array(facet) })),
  price: z.object({ minMinor: minor, maxMinor: minor }),
  total: z.int(),
}).meta({ id: 'ProductFacets' })
export type ProductFacets = z.infer<typeof productFacets>

export const productList = z.object({
  items: z.array(productCard),
  nextCursor,
  facets: productFacets.optional(),
  /** Another way to write what was looked for: what was found instead, or what would find something. */
  didYouMean: z.string().optional(),
})
export type ProductList = z.infer<typeof productList>

export const suggestQuery = z.object({ q: z.string().trim().min(1).max(60) })
export const suggestions = z.object({
  items: z.array(z.object({ slug: z.string(), name: z.string(), image: picture.nullable(), priceMinor: minor, maxPriceMinor: minor, currency: currencyCode })),
  categories: z.array(z.object({ slug: z.string(), name: z.string() })),
  /** Whole searches that begin with what was typed. */
  searches: z.array(z.string()),
})
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

export const productDetail = productCard.omit({ variantSku: true }).extend({
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
