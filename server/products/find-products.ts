import type { ProductList, ProductQuery, Suggestions } from '../../shared/schemas/products.ts'
import type { Reader } from '../platform/db/database.ts'
import { type CursorOrder, decodeCursor, encodeCursor } from '../platform/http/cursor.ts'
import { countFacets, listProducts, suggestProducts } from './db/listing.ts'
import { correctWords, tsqueryOf, wordsOf } from './search-words.ts'

const orderNames = { 'relevance': 'relevance', 'newest': 'newest', 'price-asc': 'price', 'price-desc': 'price' } as const satisfies Record<string, CursorOrder>

/**
 * A page of products that fit the query; with `facets`, counts beside it.
 * @throws {AppError} 422 for a cursor that is not ours
 */
export async function findProducts(db: Reader, query: ProductQuery): Promise<ProductList> {
  const sort = query.sort ?? (query.q ? 'relevance' : 'newest')
  const order = orderNames[query.q ? sort : sort === 'relevance' ? 'newest' : sort]
  const after = decodeCursor(order, query.cursor)
  const words = await correctWords(db, wordsOf(query.q ?? ''))
  if (query.q && words.length === 0) return { items: [], nextCursor: null, ...(query.facets && { facets: { category: [], colour: [], availability: [], price: { minMinor: 0, maxMinor: 0 }, total: 0 } }) }
  const filter = { ...query, tsquery: words.length > 0 ? tsqueryOf(words) : undefined }
  const [page, facets] = await Promise.all([
    listProducts(db, filter, { sort, limit: query.limit, after }),
    query.facets ? countFacets(db, filter) : undefined,
  ])
  return { items: page.items, nextCursor: page.next && encodeCursor(order, page.next), ...(facets && { facets }) }
}

export async function suggest(db: Reader, q: string): Promise<Suggestions> {
  const words = await correctWords(db, wordsOf(q))
  return { items: words.length > 0 ? await suggestProducts(db, tsqueryOf(words), 8) : [] }
}
