/**
 * Listing and search.
 *
 * Prevents: pages that repeat or skip products while others are added, and pages that get slower the deeper they are.
 * Guarantees: a page continues after the last row that was seen, in the order of an index (keyset, not offset).
 *
 * @pattern keyset-pagination
 */
import { sql, type SQL } from 'drizzle-orm'
import type { ProductCard, ProductQuery, Suggestions } from '../../../shared/schemas/products.ts'
import { type TraitName, traitNames } from '../../../shared/facets.ts'
import { currency } from '../../../shared/money.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { Position } from '../../platform/http/cursor.ts'
import { summariseRatings } from '../ratings.ts'
import { traitOf } from '../traits.ts'
import { showInColours } from './chosen-colour.ts'

type Several = string | readonly string[]

/** Values of one facet widen the list, facets narrow it. */
export interface ListingFilter extends Pick<ProductQuery, 'minPrice' | 'maxPrice' | 'inStock'>, Partial<Record<TraitName, Several>> {
  category?: Several
  colour?: Several
  /** A tsquery, or nothing to list everything. */
  tsquery?: string
}

interface CardRow extends Record<string, unknown> {
  id: string
  slug: string
  name: string
  price_minor: number
  max_price_minor: number
  compare_at_minor: number | null
  image: ProductCard['image']
  category_slug: string
  category_name: string
  in_stock: boolean
  ratings: number[]
  place: string
}

const cardColumns = sql`p.id, p.slug, p.name, p.price_minor, p.max_price_minor, p.compare_at_minor, p.image, p.category_slug, c.name as category_name, p.in_stock, p.ratings`

export function cardOf(row: CardRow): ProductCard {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    priceMinor: row.price_minor,
    maxPriceMinor: row.max_price_minor,
    compareAtMinor: row.compare_at_minor,
    currency,
    image: row.image,
    category: { slug: row.category_slug, name: row.category_name },
    inStock: row.in_stock,
    rating: summariseRatings(row.ratings),
  }
}

const rank = (tsquery: string) => sql`ts_rank_cd(p.search, to_tsquery('english', ${tsquery}))::numeric(12,6)`

/** Each order with its sort expression, its direction and the type of a place in it. */
function orderOf(sort: NonNullable<ProductQuery['sort']>, tsquery: string | undefined) {
  if (sort === 'relevance' && tsquery) return { by: rank(tsquery), descending: true, type: sql`numeric` }
  if (sort === 'popular') return { by: sql`p.sold_count`, descending: true, type: sql`int` }
  if (sort === 'price-asc') return { by: sql`p.price_minor`, descending: false, type: sql`int` }
  if (sort === 'price-desc') return { by: sql`p.price_minor`, descending: true, type: sql`int` }
  return { by: sql`p.published_at`, descending: true, type: sql`timestamptz` }
}

const chosen = (values: Several | undefined) => [values ?? []].flat()
const textArray = (values: readonly string[]) => sql`${sql.param(values)}::text[]`

/** What the chosen values of each facet ask of a row, by the facet's name. */
export function choices(filter: ListingFilter, { category, colours, traits }: Record<'category' | 'colours' | 'traits', SQL>): Map<string, SQL> {
  const shelves = chosen(filter.category)
  const tints = chosen(filter.colour)
  const parts: [string, SQL | undefined][] = [
    // One shelf by itself keeps the order of its index.
    ['category', shelves.length === 1 ? sql`${category} = ${shelves[0]}` : shelves.length > 0 ? sql`${category} = any(${textArray(shelves)})` : undefined],
    ['colour', tints.length > 0 ? sql`${colours} && ${textArray(tints)}` : undefined],
    ...traitNames.map((name): [string, SQL | undefined] => {
      const values = chosen(filter[name])
      return [name, values.length > 0 ? sql`${traits} && ${textArray(values.map(value => traitOf(name, value)))}` : undefined]
    }),
  ]
  return new Map(parts.flatMap(([name, part]): [string, SQL][] => (part ? [[name, part]] : [])))
}

export function conditions(filter: ListingFilter): SQL[] {
  const { tsquery, minPrice, maxPrice, inStock } = filter
  return [
    sql`p.published`,
    tsquery ? sql`p.search @@ to_tsquery('english', ${tsquery})` : undefined,
    ...choices(filter, { category: sql`p.category_slug`, colours: sql`p.colours`, traits: sql`p.traits` }).values(),
    minPrice !== undefined ? sql`p.price_minor >= ${minPrice}` : undefined,
    maxPrice !== undefined ? sql`p.price_minor <= ${maxPrice}` : undefined,
    inStock ? sql`p.in_stock` : undefined,
  ].filter(condition => condition !== undefined)
}

export const where = (parts: SQL[]) => sql`where ${sql.join(parts, sql` and `)}`

/** One page and the place where it ended; `place` is null on the last page. */
export async function listProducts(db: Reader, filter: ListingFilter, { sort, limit, after }: { sort: NonNullable<ProductQuery['sort']>, limit: number, after: Position | null }): Promise<{ items: ProductCard[], next: Position | null }> {
  const { by, descending, type } = orderOf(sort, filter.tsquery)
  const beyond = descending ? sql`<` : sql`>`
  const direction = descending ? sql`desc` : sql`asc`
  const seek = after ? [sql`(${by}, p.id) ${beyond} (${after[0]}::${type}, ${after[1]}::uuid)`] : []
  const { rows } = await db.execute<CardRow>(sql`
    select ${cardColumns}, (${by})::text as place
    from products p join categories c on c.slug = p.category_slug
    ${where([...conditions(filter), ...seek])}
    order by ${by} ${direction}, p.id ${direction} limit ${limit + 1}`)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const items = await showInColours(db, page.map(cardOf), chosen(filter.colour))
  return { items, next: rows.length > limit && last ? [last.place, last.id] : null }
}

/** Names that fit what is being typed, best first. */
export async function suggestProducts(db: Reader, tsquery: string, limit: number): Promise<Suggestions['items']> {
  const { rows } = await db.execute<Pick<CardRow, 'slug' | 'name' | 'image' | 'price_minor' | 'max_price_minor'>>(sql`
    select p.slug, p.name, p.image, p.price_minor, p.max_price_minor from products p where p.published and p.search @@ to_tsquery('english', ${tsquery})
    order by ${rank(tsquery)} desc, p.sold_count desc, p.id limit ${limit}`)
  return rows.map(({ slug, name, image, price_minor, max_price_minor }) => ({ slug, name, image, priceMinor: price_minor, maxPriceMinor: max_price_minor, currency }))
}

export async function listBestsellers(db: Reader, { notSlug, limit }: { notSlug: string, limit: number }): Promise<ProductCard[]> {
  const { rows } = await db.execute<CardRow>(sql`
    select ${cardColumns}, '' as place from products p join categories c on c.slug = p.category_slug
    where p.published and p.in_stock and p.slug <> ${notSlug} order by p.sold_count desc, p.id desc limit ${limit}`)
  return rows.map(cardOf)
}

/** Cards in the order of the slugs; unknown ones are left out. */
export async function listBySlugs(db: Reader, slugs: readonly string[]): Promise<ProductCard[]> {
  const { rows } = await db.execute<CardRow>(sql`
    select ${cardColumns}, '' as place from unnest(${sql.param([...slugs])}::text[]) with ordinality as wanted(slug, position)
    join products p on p.slug = wanted.slug join categories c on c.slug = p.category_slug
    where p.published and p.in_stock order by wanted.position`)
  return rows.map(cardOf)
}
