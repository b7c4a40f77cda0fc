import type { z } from 'zod'
import type { ReviewList, reviewQuery } from '../../shared/schemas/reviews.ts'
import type { Reader } from '../platform/db/database.ts'
import { notFound } from '../platform/http/app-error.ts'
import { decodeCursor, encodeCursor } from '../platform/http/cursor.ts'
import { findRated, summariseRatings } from '../products/index.ts'
import { listPublished } from './db/queries.ts'

/**
 * A page of a product's published reviews, and what all of them say together.
 * @throws {AppError} 404, 422 for a cursor that is not this order's
 */
export async function findReviews(db: Reader, slug: string, { sort, limit, cursor }: z.output<typeof reviewQuery>): Promise<ReviewList> {
  const after = decodeCursor(sort, cursor)
  const product = await findRated(db, slug)
  if (!product) throw notFound('product')
  const { items, next } = await listPublished(db, product.id, { sort, after, limit })
  const summary = summariseRatings(product.stars)
  return { summary: summary && { ...summary, stars: product.stars }, items, nextCursor: next && encodeCursor(sort, next) }
}
