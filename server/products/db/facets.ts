import { sql, type SQL } from 'drizzle-orm'
import { type TraitName, traitNames } from '../../../shared/facets.ts'
import type { ProductFacets } from '../../../shared/schemas/products.ts'
import type { Reader } from '../../platform/db/database.ts'
import { compareValues, traitFacets } from '../traits.ts'
import { choices, conditions, type ListingFilter, where } from './listing.ts'

type Count = ProductFacets['colour'][number]
interface FacetRow extends Record<string, unknown> {
  category: Count[]
  availability: Count[]
  price: ProductFacets['price']
  /** Of colours and traits. */
  values: { facet: TraitName | 'colour', value: string, count: number }[]
  total: number
}

const none: ProductFacets = { category: [], colour: [], availability: [], traits: [], price: { minMinor: 0, maxMinor: 0 }, total: 0 }
export const noFacets = (): ProductFacets => structuredClone(none)

/** A facet lists as many values, those that most products have. */
const mostValues = 24

/**
 * Counts beside each filter, each as if that filter alone were not set. One pass groups the products of the category (or of
 * the search, or all) by what the filters look at, out of an index alone when nothing is searched for; a second puts those together that look
 * alike, so that few arrays are taken apart. Values that only what is filtered out has count 0. The counts of the other categories
 * take a pass of their own.
 */
export async function countFacets(db: Reader, filter: ListingFilter): Promise<ProductFacets> {
  const { tsquery, category, minPrice, maxPrice, inStock } = filter
  const is = choices(filter, { category: sql`category_slug`, colours: sql`colours`, traits: sql`traits` })
  if (minPrice !== undefined || maxPrice !== undefined) is.set('price', sql`priced`)
  if (inStock) is.set('inStock', sql`in_stock`)
  const all = (without?: string) => sql.join([sql`true`, ...[...is].filter(([name]) => name !== without).map(([, condition]) => condition)], sql` and `)
  const groups = (without?: string) => sql`from groups where ${all(without)}`
  // Only a facet that is set counts differently from the rest.
  const set = ['colour' as const, ...traitNames].filter(name => is.has(name)).map((name, place) => ({ name, column: sql.raw(`fits_${place}`) }))
  const fits = sql.join([sql`coalesce(sum(count) filter (where ${all()}), 0) as fits`, ...set.map(({ name, column }) => sql`coalesce(sum(count) filter (where ${all(name)}), 0) as ${column}`)], sql`, `)
  const counted: SQL = set.length > 0 ? sql`case facet ${sql.join(set.map(({ name, column }) => sql`when ${sql.raw(`'${name}'`)} then ${column}`), sql` `)} else fits end` : sql`fits`
  const byCategory = category && !tsquery
    ? sql`select p.category_slug, count(*)::int as count from products p ${where(conditions({ ...filter, category: undefined }))} group by 1`
    : sql`select category_slug, (sum(count) filter (where ${all('category')}))::int as count from groups group by 1`
  const { rows } = await db.execute<FacetRow>(sql`
    with groups as materialized (
      select p.category_slug, p.in_stock, p.colours, p.traits, p.price_minor between ${minPrice ?? 0} and ${maxPrice ?? 2_147_483_647} as priced,
        count(*)::int as count, min(p.price_minor) as lowest, max(p.price_minor) as highest
      from products p ${where(conditions({ tsquery, category: tsquery ? undefined : category }))} group by 1, 2, 3, 4, 5),
    looks as materialized (select colours, traits, sum(count) as every, ${fits} from groups group by 1, 2),
    tally as (
      select facet, value, sum(${counted})::int as count, row_number() over (partition by facet order by sum(every) desc, value) as place
      from looks, lateral (select 'colour' as facet, colour as value from unnest(colours) as colour
        union all select split_part(trait, ':', 1), substr(trait, strpos(trait, ':') + 1) from unnest(traits) as trait) had
      group by facet, value)
    select (select coalesce(jsonb_agg(jsonb_build_object('value', c.slug, 'label', c.name, 'count', coalesce(n.count, 0)) order by c.position, c.name), '[]')
        from (${byCategory}) n join categories c on c.slug = n.category_slug) as category,
      (select coalesce(jsonb_agg(jsonb_build_object('facet', facet, 'value', value, 'count', count) order by place), '[]') from tally where place <= ${mostValues}) as values,
      (select coalesce(jsonb_agg(jsonb_build_object('value', value, 'label', case value when '1' then 'In stock' else 'Sold out' end, 'count', count) order by value desc), '[]')
        from (select case when in_stock then '1' else '0' end as value, sum(count)::int as count ${groups('inStock')} group by 1) n) as availability,
      (select jsonb_build_object('minMinor', coalesce(min(lowest), 0), 'maxMinor', coalesce(max(highest), 0)) ${groups('price')}) as price,
      (select coalesce(sum(count), 0)::int ${groups()}) as total`)
  const { values, ...rest } = rows[0]!
  const of = (facet: string) => values.filter(one => one.facet === facet).map(({ value, count }): Count => ({ value, label: value, count }))
  const traits = traitNames.map(name => ({ name, label: traitFacets[name].label, values: of(name).sort((a, b) => compareValues(a.value, b.value)) }))
  return { ...rest, colour: of('colour'), traits: traits.filter(trait => trait.values.length > 0) }
}
