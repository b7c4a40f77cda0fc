/**
 * Prevents: a number of votes that is not the number of those who voted.
 * Guarantees: one vote of a shopper for a review, never for one's own; a vote and its count commit together, so that any
 * number at once come out exact, and the same wish sent twice is one vote.
 */
import type { HelpfulAnswer } from '../../shared/schemas/reviews.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { notFound } from '../platform/http/app-error.ts'
import { countHelpful, lockReview, setVote } from './db/queries.ts'
import { ownReviewVote } from './errors.ts'

/** @throws {AppError} 404 for what is not published, 409 `reviews/own-review` */
export async function voteHelpful(tx: Transaction, id: string, ownerId: string, helpful: boolean): Promise<HelpfulAnswer> {
  const review = await lockReview(tx, id)
  if (review?.status !== 'published') throw notFound('review')
  if (review.ownerId === ownerId) throw ownReviewVote()
  const by = await setVote(tx, id, ownerId, helpful)
  return { id, helpful: by === 0 ? review.helpful : await countHelpful(tx, id, by), mine: helpful }
}
