/**
 * Prevents: praise and scorn from people who never had the thing, and a text that changes after somebody has approved it.
 * Guarantees: a review belongs to a paid order with the product in it, one for each buyer and product; every edit goes
 * back to the queue, and until it is through nobody else sees the review or its stars. The same words again change nothing.
 */
import type { OwnReview, ReviewStanding, ReviewWords } from '../../shared/schemas/reviews.ts'
import { findPurchase, type PurchaseClaim } from '../orders/index.ts'
import type { Transaction } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import { notFound } from '../platform/http/app-error.ts'
import { countRating, findRated } from '../products/index.ts'
import { findOwn, insertReview, listVotes, lockOwn, ownView, type ReviewRow, rewriteReview } from './db/queries.ts'
import { buyersOnly } from './errors.ts'

const isSame = (row: ReviewRow, words: ReviewWords) =>
  row.rating === words.rating && row.title === words.title && row.text === words.text && row.name === words.name

/**
 * Writes a review, or edits the one that this buyer has of the product.
 * @throws {AppError} 404, 403 `reviews/buyers-only`
 */
export async function writeReview(tx: Transaction, slug: string, claim: PurchaseClaim, words: ReviewWords): Promise<{ review: OwnReview, isNew: boolean }> {
  const product = await findRated(tx, slug)
  if (!product) throw notFound('product')
  const purchase = await findPurchase(tx, product.variantIds, claim, { hold: true })
  if (!purchase) throw buyersOnly()
  const written = await insertReview(tx, { productId: product.id, ownerId: purchase.ownerId, orderId: purchase.orderId, ...words })
  if (written) return { review: ownView(written), isNew: true }
  const before = (await lockOwn(tx, product.id, purchase.ownerId))!
  if (isSame(before, words)) return { review: ownView(before), isNew: false }
  const after = await rewriteReview(tx, before.id, words)
  if (before.status === 'published') await countRating(tx, product.id, before.rating, -1)
  return { review: ownView(after), isNew: false }
}

/**
 * What somebody has to do with the reviews of a product.
 * @throws {AppError} 404
 */
export async function standingOf(db: Reader, slug: string, claim: PurchaseClaim, name: string | null): Promise<ReviewStanding> {
  const product = await findRated(db, slug)
  if (!product) throw notFound('product')
  const purchase = await findPurchase(db, product.variantIds, claim)
  const ownerId = purchase?.ownerId ?? claim.ownerId
  const own = ownerId ? await findOwn(db, product.id, ownerId) : undefined
  return {
    mayWrite: purchase !== undefined,
    review: own ? ownView(own) : null,
    helpful: claim.ownerId ? await listVotes(db, product.id, claim.ownerId) : [],
    name,
  }
}
