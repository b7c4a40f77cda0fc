/**
 * Prevents: words in the shop that nobody of the house has read.
 * Guarantees: what is published is the very version that was read, its stars are counted in the same transaction, and the
 * audit log says who decided.
 */
import type { ModeratedReview, ModerationList, ReviewStatus } from '../../shared/schemas/reviews.ts'
import { audit, type Origin } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { notFound } from '../platform/http/app-error.ts'
import { encodeCursor, type Position } from '../platform/http/cursor.ts'
import { countRating, namesOfProducts } from '../products/index.ts'
import { decideReview, listModerated, lockReview, ownView, type ReviewRow } from './db/queries.ts'
import { alreadyDecided, changedMeanwhile } from './errors.ts'

const view = (row: ReviewRow, products: Awaited<ReturnType<typeof namesOfProducts>>): ModeratedReview => ({
  ...ownView(row),
  product: products.get(row.productId) ?? { slug: '', name: 'Something that is gone' },
  imported: row.orderId === null,
  helpful: row.helpful,
  revision: row.revision,
})

export async function listQueue(db: Reader, { status, after, limit }: { status: ReviewStatus | null, after: Position | null, limit: number }): Promise<ModerationList> {
  const rows = await listModerated(db, { status, after, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const products = await namesOfProducts(db, [...new Set(page.map(({ row }) => row.productId))])
  const last = page.at(-1)
  return { items: page.map(({ row }) => view(row, products)), nextCursor: rows.length > limit && last ? encodeCursor('newest', [last.place, last.row.id]) : null }
}

/** `reason` is why it is not shown; null publishes it. */
export interface Decision { revision: number, reason: string | null, by: string, origin: Origin }

/**
 * Publishes a review, or takes it down.
 * @throws {AppError} 404, 409 `reviews/changed-meanwhile`, 409 `reviews/already-decided`
 */
export async function decide(tx: Transaction, id: string, { revision, reason, by, origin }: Decision): Promise<ModeratedReview> {
  const row = await lockReview(tx, id)
  if (!row) throw notFound('review')
  if (row.revision !== revision) throw changedMeanwhile()
  const status = reason === null ? 'published' : 'rejected'
  if (row.status === status) throw alreadyDecided(status)
  const decided = await decideReview(tx, id, { status, reason, decidedBy: by })
  if (status === 'published') await countRating(tx, row.productId, row.rating, 1)
  else if (row.status === 'published') await countRating(tx, row.productId, row.rating, -1)
  await audit(tx, { ...origin, kind: `reviews.review-${status}`, actorId: by, detail: { reviewId: id, revision, ...(reason !== null && { reason }) } })
  return view(decided, await namesOfProducts(tx, [row.productId]))
}
