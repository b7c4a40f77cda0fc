/**
 * Listing and search.
 *
 * Prevents: pages that repeat or skip products while others are added, and pages that get slower the deeper they are.
 * Guarantees: a page continues after the last row that was seen, in the order of an index (keyset, not offset).
 *
 * @pattern keyset-pagination
 */
import { sql, type SQL } from 'drizzle-orm'
import type { ProductCard, ProductFacets, ProductQuery } from '../../../shared/schemas/products.ts'
import { currency } from '../../../shared/money.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { Position } from '../../platform/http/cursor.ts'

export interface ListingFilter extends Pick<ProductQuery, 'category' | 'colour' | 'minPrice' | 'maxPrice' | 'inStock'> {
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
  place: string
}

const cardColumns = sql`p.id, p.slug, p.name, p.price_minor, p.max_price_minor, p.compare_at_minor, p.image, p.category_slug, c.name as category_name, p.in_stock`

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
  }
}

const rank = (tsquery: string) => sql`ts_rank_cd(p.search, to_tsquery('english', ${tsquery}))::numeric(12,6)`

/** Each order with its sort expression, its direction and the type of a place in it. */
function orderOf(sort: NonNullable<ProductQuery['sort']>, tsquery: string | undefined) {
  if (sort === 'relevance' && tsquery) return { by: rank(tsquery), descending: true, type: sql`numeric` }
  if (sort === 'price-asc') return { by: sql`p.price_minor`, descending: false, type: sql`int` }
  if (sort === 'price-desc') return { by: sql`p.price_minor`, descending: true, type: sql`int` }
  return { by: sql`p.published_at`, descending: true, type: sql`timestamptz` }
}

function conditions({ tsquery, category, colour, minPrice, maxPrice, inStock }: ListingFilter): SQL[] {
  return [
    tsquery ? sql`p.search @@ to_tsquery('english', ${tsquery})` : undefined,
    category ? sql`p.category_slug = ${category}` : undefined,
    colour ? sql`p.colours @> array[${colour}]::text[]` : undefined,
    minPrice !== undefined ? sql`p.price_minor >= ${minPrice}` : undefined,
    maxPrice !== undefined ? sql`p.price_minor <= ${maxPrice}` : undefined,
    inStock ? sql`p.in_stock` : undefined,
  ].filter(condition => condition !== undefined)
}

const where = (parts: SQL[]) => (parts.length > 0 ? sql`where ${sql.join(parts, sql` and `)}` : sql``)

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
  return { items: page.map(cardOf), next: rows.length > limit && last ? [last.place, last.id] : null }
}

/**
 * Counts beside each filter, each as if that filter alone were not set. One pass groups the products of the category (or
 * all) by what the other filters look at, out of an index alone when nothing is searched for; counts are then sums over a
 * few hundred groups. Only the counts of the other categories take a second pass.
 */
export async function countFacets(db: Reader, filter: ListingFilter): Promise<ProductFacets> {
  const { tsquery, category, colour, minPrice, maxPrice, inStock } = filter
  const is = {
    colour: colour ? sql`colours @> array[${colour}]::text[]` : sql`true`,
    price: sql`priced`,
    inStock: inStock ? sql`in_stock` : sql`true`,
  }
  const groups = (without?: keyof typeof is) => sql`from groups where ${sql.join(Object.entries(is).filter(([name]) => name !== without).map(([, condition]) => condition), sql` and `)}`
  const byCategory = category
    ? sql`select p.category_slug, count(*)::int as count from products p ${where(conditions({ ...filter, category: undefined }))} group by 1`
    : sql`select category_slug, sum(count)::int as count ${groups()} group by 1`
  const { rows } = await db.execute<{ facets: Omit<ProductFacets, 'total'>, total: number }>(sql`
    with groups as materialized (
      select p.category_slug, p.in_stock, p.colours, p.price_minor between ${minPrice ?? 0} and ${maxPrice ?? 2_147_483_647} as priced,
        count(*)::int as count, min(p.price_minor) as lowest, max(p.price_minor) as highest
      from products p ${where(conditions({ tsquery, category }))} group by 1, 2, 3, 4)
    select jsonb_build_object(
      'category', (select coalesce(jsonb_agg(jsonb_build_object('value', c.slug, 'label', c.name, 'count', n.count) order by c.position, c.name), '[]')
        from (${byCategory}) n join categories c on c.slug = n.category_slug),
      'colour', (select coalesce(jsonb_agg(jsonb_build_object('value', colour, 'label', colour, 'count', count) order by count desc, colour), '[]')
        from (select colour, sum(count)::int as count from (select colours, count ${groups('colour')}) f, unnest(f.colours) as colour group by 1 order by 2 desc, 1 limit 24) n),
      'availability', (select coalesce(jsonb_agg(jsonb_build_object('value', value, 'label', case value when '1' then 'In stock' else 'Sold out' end, 'count', count) order by value desc), '[]')
        from (select case when in_stock then '1' else '0' end as value, sum(count)::int as count ${groups('inStock')} group by 1) n),
      'price', (select jsonb_build_object('minMinor', coalesce(min(lowest), 0), 'maxMinor', coalesce(max(highest), 0)) ${groups('price')})
    ) as facets, (select coalesce(sum(count), 0)::int ${groups()}) as total`)
  return { ...rows[0]!.facets, total: rows[0]!.total }
}

/** Names that fit what is being typed, best first. */
export async function suggestProducts(db: Reader, tsquery: string, limit: number) {
  const { rows } = await db.execute<{ slug: string, name: string }>(sql`
    select p.slug, p.name from products p where p.search @@ to_tsquery('english', ${tsquery})
    order by ${rank(tsquery)} desc, p.sold_count desc, p.id limit ${limit}`)
  return rows
}

export async function listBestsellers(db: Reader, { notSlug, limit }: { notSlug: string, limit: number }): Promise<ProductCard[]> {
  const { rows } = await db.execute<CardRow>(sql`
    select ${cardColumns}, '' as place from products p join categories c on c.slug = p.category_slug
    where p.in_stock and p.slug <> ${notSlug} order by p.sold_count desc, p.id desc limit ${limit}`)
  return rows.map(cardOf)
}

/** Cards in the order of the slugs; unknown ones are left out. */
export async function listBySlugs(db: Reader, slugs: readonly string[]): Promise<ProductCard[]> {
  const { rows } = await db.execute<CardRow>(sql`
    select ${cardColumns}, '' as place from unnest(${sql.param([...slugs])}::text[]) with ordinality as wanted(slug, position)
    join products p on p.slug = wanted.slug join categories c on c.slug = p.category_slug
    where p.in_stock order by wanted.position`)
  return rows.map(cardOf)
}
