import type { z } from 'zod'
import type { ProductList, ProductQuery, Suggestions } from '../../shared/schemas/products.ts'
import type { AdminProductList, adminProductQuery } from '../../shared/schemas/admin-products.ts'
import type { Reader } from '../platform/db/database.ts'
import { type CursorOrder, decodeCursor, encodeCursor } from '../platform/http/cursor.ts'
import { listForAdmins } from './db/admin-queries.ts'
import { countFacets, noFacets } from './db/facets.ts'
import { type ListingFilter, listProducts, suggestProducts } from './db/listing.ts'
import { completeSearch, matchCategories, nearestSearch } from './db/search-help.ts'
import { correctWords, tsqueryOf, wordsOf } from './search-words.ts'

const orderNames = { 'relevance': 'relevance', 'newest': 'newest', 'popular': 'popular', 'price-asc': 'price', 'price-desc': 'price' } as const satisfies Record<string, CursorOrder>

/**
 * A page of products that fit the query; with `facets`, counts beside it.
 * @throws {AppError} 422 for a cursor that is not ours
 */
export async function findProducts(db: Reader, query: Omit<ProductQuery, keyof ListingFilter> & ListingFilter): Promise<ProductList> {
  const sort = query.sort ?? (query.q ? 'relevance' : 'newest')
  const order = orderNames[query.q ? sort : sort === 'relevance' ? 'newest' : sort]
  const after = decodeCursor(order, query.cursor)
  const typed = wordsOf(query.q ?? '')
  const words = await correctWords(db, typed)
  if (query.q && words.length === 0) return { items: [], nextCursor: null, ...(query.facets && { facets: noFacets() }) }
  const filter = { ...query, tsquery: words.length > 0 ? tsqueryOf(words) : undefined }
  const [page, facets] = await Promise.all([
    listProducts(db, filter, { sort, limit: query.limit, after }),
    query.facets ? countFacets(db, filter) : undefined,
  ])
  // Told with the counts alone: the first page of a list has them, and no other.
  const didYouMean = query.facets ? await anotherSpelling(db, { typed, words, found: page.items.length > 0 || (facets?.category ?? []).some(({ count }) => count > 0) }) : undefined
  return { items: page.items, nextCursor: page.next && encodeCursor(order, page.next), ...(facets && { facets }), ...(didYouMean && { didYouMean }) }
}

/** What was found for a word that is not ours; when nothing was, the nearest search that finds something. */
async function anotherSpelling(db: Reader, { typed, words, found }: { typed: string[], words: string[][], found: boolean }): Promise<string | undefined> {
  if (typed.length === 0) return undefined
  const said = found ? words.map(([asTyped, nearest]) => nearest ?? asTyped!).join(' ') : await nearestSearch(db, typed)
  return said && said !== typed.join(' ') ? said : undefined
}

/** What may be meant by what is being typed: products, categories, and searches that begin with it. */
export async function suggest(db: Reader, q: string): Promise<Suggestions> {
  const words = await correctWords(db, wordsOf(q))
  if (words.length === 0) return { items: [], categories: [], searches: [] }
  const [items, categories, searches] = await Promise.all([suggestProducts(db, tsqueryOf(words), 8), matchCategories(db, words.flat()), completeSearch(db, words)])
  return { items, categories, searches }
}

/**
 * A page of all products, on sale or not, by words, a SKU or an address.
 * @throws {AppError} 422 for a cursor that is not ours
 */
export async function findForBackOffice(db: Reader, { q = '', status, limit, cursor }: z.infer<typeof adminProductQuery>): Promise<AdminProductList> {
  const after = decodeCursor('newest', cursor)
  const words = await correctWords(db, wordsOf(q))
  const rows = await listForAdmins(db, { status: status ?? null, q, tsquery: words.length > 0 ? tsqueryOf(words) : null }, { limit: limit + 1, after })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(({ place: _, ...item }) => item), nextCursor: rows.length > limit && last ? encodeCursor('newest', [last.place, last.id]) : null }
}
