import { z } from 'zod'
import { identifier } from './cart.ts'
import { orderToken } from './orders.ts'
import { line, text } from './text.ts'
import { id, instant, nextCursor, pageQuery } from './values.ts'

export const reviewStatuses = ['pending', 'published', 'rejected'] as const
export type ReviewStatus = (typeof reviewStatuses)[number]
export const reviewOrders = ['helpful', 'newest'] as const

const rating = z.int('Choose one to five').min(1, 'Choose one to five').max(5, 'Choose one to five')

/** What somebody says of a thing; plain text, whatever it looks like. */
export const reviewWords = z.strictObject({
  rating,
  title: line(120, 'Give it a headline'),
  text: text(3000, 'Say a few words about it'),
  /** As it is shown to everybody. */
  name: line(60, 'Say who you are, or make something up'),
})
export type ReviewWords = z.infer<typeof reviewWords>

/** A guest's right to speak: the order and the token of its confirmation link. */
export const purchaseQuery = z.object({ order: identifier.optional(), token: orderToken.optional() })

/** The query of `GET /api/products/{slug}/reviews`. */
export const reviewQuery = z.object({ sort: z.enum(reviewOrders).default('helpful'), ...pageQuery.shape, limit: z.coerce.number().int().min(1).max(50).default(5) })

export const ratingSummary = z.object({
  /** One decimal. */
  average: z.number().min(1).max(5),
  count: z.int(),
})

export const review = z.object({
  id,
  rating: z.int(),
  title: z.string(),
  text: z.string(),
  name: z.string(),
  writtenAt: instant,
  helpful: z.int(),
  /** Came with the shop's history; there is no order here that shows who bought it. */
  imported: z.boolean(),
}).meta({ id: 'Review' })
export type Review = z.infer<typeof review>

export const reviewList = z.object({
  /** Null while nobody has said anything. */
  summary: ratingSummary.extend({ /** How many gave one star, two, and so on. */ stars: z.array(z.int()).length(5) }).nullable(),
  items: z.array(review),
  nextCursor,
})
export type ReviewList = z.infer<typeof reviewList>

/** One's own review, as its author sees it. */
export const ownReview = z.object({
  id,
  rating: z.int(),
  title: z.string(),
  text: z.string(),
  name: z.string(),
  status: z.enum(reviewStatuses),
  /** Why it is not shown. */
  reason: z.string().nullable(),
  writtenAt: instant,
}).meta({ id: 'OwnReview' })
export type OwnReview = z.infer<typeof ownReview>

/** `GET /api/products/{slug}/reviews/mine`: what the caller has to do with the reviews of a product. */
export const reviewStanding = z.object({
  mayWrite: z.boolean(),
  review: ownReview.nullable(),
  /** The ids of the reviews that they found helpful. */
  helpful: z.array(id),
  /** The first name of who is logged in. */
  name: z.string().nullable(),
})
export type ReviewStanding = z.infer<typeof reviewStanding>

export const helpfulBody = z.strictObject({ helpful: z.boolean('Say true or false') })
export const helpfulAnswer = z.object({ id, helpful: z.int(), mine: z.boolean() })
export type HelpfulAnswer = z.infer<typeof helpfulAnswer>

/** The query of `GET /api/admin/reviews`. */
export const moderationQuery = z.object({ status: z.enum(reviewStatuses).optional(), ...pageQuery.shape })

export const moderatedReview = ownReview.extend({
  product: z.object({ slug: z.string(), name: z.string() }),
  imported: z.boolean(),
  helpful: z.int(),
  /** Counts the versions of the text: what is decided over is what was read. */
  revision: z.int(),
}).meta({ id: 'ModeratedReview' })
export type ModeratedReview = z.infer<typeof moderatedReview>
export const moderationList = z.object({ items: z.array(moderatedReview), nextCursor })
export type ModerationList = z.infer<typeof moderationList>

const revision = z.int('Say which version you have read').min(1)
export const publishBody = z.strictObject({ revision })
export const rejectReviewBody = z.strictObject({ revision, reason: text(500, 'Tell the author why') })
