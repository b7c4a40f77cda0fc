import { z } from 'zod'
import { quantity } from './cart.ts'
import { order, orderStatuses, orderSummary } from './orders.ts'
import { picture } from './products.ts'
import { refund } from './returns.ts'
import { optionalLine, text } from './text.ts'
import { id, instant, minor, nextCursor, pageQuery } from './values.ts'

/** A day of the shop, as a calendar writes it. */
export const shopDay = z.iso.date().refine(day => day >= '2000-01-01', 'Expected a day since 2000')

/** The query of `GET /api/admin/orders`: a number, a part of an e-mail address or a part of a name; days are the shop's, both included. */
export const deskOrderQuery = z.object({
  q: optionalLine(120).optional(),
  status: z.enum(orderStatuses).optional(),
  from: shopDay.optional(),
  to: shopDay.optional(),
  ...pageQuery.shape,
})
export type DeskOrderQuery = z.output<typeof deskOrderQuery>

export const deskOrderSummary = orderSummary.extend({ name: z.string(), email: z.string(), refundedMinor: minor })
export type DeskOrderSummary = z.infer<typeof deskOrderSummary>
export const deskOrderList = z.object({ items: z.array(deskOrderSummary), nextCursor })
export type DeskOrderList = z.infer<typeof deskOrderList>

/** `POST /api/admin/orders/{id}/notes`. */
export const noteBody = z.strictObject({ body: text(2_000, 'Write something') })
export const orderNote = z.object({ id, author: z.string(), body: z.string(), at: instant }).meta({ id: 'OrderNote' })
export type OrderNote = z.infer<typeof orderNote>

const someOf = z.object({ variantId: id, quantity })

/** What a colleague, or the shop itself, did about an order; `by` is null when the account is gone. */
const deskAction = z.object({ kind: z.string(), at: instant, by: z.string().nullable(), amountMinor: minor.nullable() })
export type DeskAction = z.infer<typeof deskAction>
const deskMail = z.object({ subject: z.string(), recipient: z.string(), createdAt: instant, sentAt: instant.nullable() })
export type DeskMail = z.infer<typeof deskMail>
const deskParcel = z.object({ status: z.enum(['requested', 'created', 'shipped', 'delivered', 'cancelled']), trackingNumber: z.string().nullable(), createdAt: instant })
export type DeskParcel = z.infer<typeof deskParcel>

/** An order with all that those who run the shop need to know of it. */
export const deskOrder = order.omit({ token: true }).extend({
  payment: z.object({ state: z.string(), intentId: z.string().nullable(), method: z.string(), amountMinor: minor, refundedMinor: minor, declineReason: z.string().nullable() }).nullable(),
  parcel: deskParcel.nullable(),
  refunds: z.array(refund.extend({ cause: z.string(), lines: z.array(someOf).nullable(), restocked: z.boolean() })),
  /** What can still go back: money in all, and things that no refund or return has taken back. */
  refundable: z.object({ leftMinor: minor, lines: z.array(someOf), restockable: z.boolean() }),
  /** It is paid, and the carrier has not taken its parcel. */
  fulfillable: z.boolean(),
  notes: z.array(orderNote),
  mails: z.array(deskMail),
  actions: z.array(deskAction),
}).meta({ id: 'DeskOrder' })
export type DeskOrder = z.infer<typeof deskOrder>

/** `POST /api/admin/orders/{id}/refunds/quote`: what these things are worth to this order now. */
export const refundQuote = z.object({ amountMinor: minor, leftMinor: minor })
export type RefundQuote = z.infer<typeof refundQuote>

const sums = z.object({
  /** Paid orders that were placed in that time. */
  orders: z.int(),
  units: z.int(),
  /** What they came to, less what has gone back of them since. */
  revenueMinor: minor,
  averageMinor: minor,
  paymentFailures: z.int(),
})
/** What stands around at one moment. */
const standing = z.object({ toPack: z.int(), openReturns: z.int(), fewLeft: z.int() })

/** `GET /api/admin/waiting`: what needs a hand, for badges. */
export const waiting = z.object({ toPack: z.int(), openReturns: z.int(), deadLetters: z.int(), brokenInvariants: z.int(), differences: z.int() })
export type Waiting = z.infer<typeof waiting>

/** `GET /api/admin/figures`; days begin and end in London. */
export const figures = z.object({
  at: instant,
  today: sums.extend(standing.shape),
  /** The same day of last week, up to the same time of day. */
  weekAgo: sums.extend(standing.shape),
  /** The last 30 days, oldest first; today is the last one. */
  days: z.array(z.object({ day: z.iso.date(), orders: z.int(), revenueMinor: minor })),
  /** Of the last seven days. */
  bestSellers: z.array(z.object({ slug: z.string(), name: z.string(), image: picture.nullable(), units: z.int(), revenueMinor: minor })),
  waiting,
  /** No worker has looked at the invariants for two minutes. */
  invariantsStale: z.boolean(),
})
export type Figures = z.infer<typeof figures>
export type DeskSums = z.infer<typeof sums>
