import { identifier } from '../../shared/schemas/cart.ts'
import { helpfulAnswer, helpfulBody, moderatedReview, moderationList, moderationQuery, ownReview, publishBody, purchaseQuery, rejectReviewBody, reviewList, reviewQuery, reviewStanding, reviewWords } from '../../shared/schemas/reviews.ts'
import { invalidCursor } from '../platform/http/cursor.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { slug } from '../../shared/schemas/values.ts'
import { alreadyDecided, buyersOnly, changedMeanwhile, ownReviewVote } from './errors.ts'

const ofProduct = { slug }
const params = { id: identifier }
const decided = { 200: { description: 'The review, decided over', schema: moderatedReview } }
const refusals = [changedMeanwhile(), alreadyDecided('published')]

/** The routes of `reviews`, as the API's document tells them. */
export const reviewRoutes: DomainDescription = {
  domain: 'reviews',
  about: 'What buyers say of what they bought.',
  routes: [
    { method: 'get', path: '/api/products/{slug}/reviews', summary: 'What buyers say', access: 'anyone', params: ofProduct, query: reviewQuery, answers: { 200: { description: 'Published reviews, and all of them in one number', schema: reviewList } }, refusals: [invalidCursor()] },
    {
      method: 'post', path: '/api/products/{slug}/reviews', summary: 'Write a review, or edit one\'s own', access: 'shopper', params: ofProduct, query: purchaseQuery, body: reviewWords,
      answers: { 201: { description: 'Written; shown once somebody has read it', schema: ownReview }, 200: { description: 'Edited; the same words change nothing', schema: ownReview } }, refusals: [buyersOnly()],
    },
    { method: 'get', path: '/api/products/{slug}/reviews/mine', summary: 'One\'s own review and votes', access: 'anyone', params: ofProduct, query: purchaseQuery, answers: { 200: { description: 'Whether the caller bought it, what they wrote, what they found helpful', schema: reviewStanding } } },
    { method: 'post', path: '/api/reviews/{id}/helpful', summary: 'Find a review helpful, or not any more', access: 'anyone', params, body: helpfulBody, answers: { 200: { description: 'How many do', schema: helpfulAnswer } }, refusals: [ownReviewVote()] },
    { method: 'get', path: '/api/admin/reviews', summary: 'Reviews to read', access: 'admin', query: moderationQuery, answers: { 200: { description: 'Those that wait longest first', schema: moderationList } }, refusals: [invalidCursor()] },
    { method: 'post', path: '/api/admin/reviews/{id}/publish', summary: 'Show a review', access: 'admin', params, body: publishBody, answers: decided, refusals },
    { method: 'post', path: '/api/admin/reviews/{id}/reject', summary: 'Do not show a review', access: 'admin', params, body: rejectReviewBody, answers: decided, refusals },
  ],
}
