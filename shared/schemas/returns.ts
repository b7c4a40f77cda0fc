import { z } from 'zod'
import { identifier, quantity } from './cart.ts'
import { text } from './text.ts'
import { currencyCode, id, instant, minor, nextCursor, pageQuery } from './values.ts'

const amountOf = z.object({ variantId: id, quantity: z.int() })
export type ReturnLine = z.infer<typeof amountOf>

/** `POST /api/orders/{id}/returns`: what comes back, each thing named once. */
export const returnBody = z.strictObject({
  lines: z.array(z.strictObject({ variantId: identifier, quantity })).min(1, 'Choose what to send back').max(100, 'At most 100 different things'),
  reason: text(500, 'Tell us why'),
}).refine(({ lines }) => new Set(lines.map(line => line.variantId)).size === lines.length, { path: ['lines'], message: 'Name each thing once' })
export type ReturnBody = z.infer<typeof returnBody>

export const returnStatuses = ['requested', 'received', 'rejected'] as const

/** The query of `GET /api/admin/returns`. */
export const returnListQuery = z.object({ status: z.enum(returnStatuses).optional(), ...pageQuery.shape })

export const orderReturn = z.object({
  id,
  lines: z.array(amountOf),
  reason: z.string(),
  status: z.enum(returnStatuses),
  /** What goes back to the card when the parcel is here, and once it is, what did. */
  refundMinor: minor,
  requestedAt: instant,
  closedAt: instant.nullable(),
}).meta({ id: 'Return' })
export type OrderReturn = z.infer<typeof orderReturn>

/** What can still be sent back, and until when; empty and null for an order of which nothing can. */
export const returnable = z.array(amountOf)

/** `GET /api/admin/returns`: who sends what back; the lines carry the names that the order has. */
export const returnSummary = orderReturn.extend({
  orderId: id,
  orderNumber: z.string(),
  email: z.string(),
  restocked: z.boolean(),
  lines: z.array(amountOf.extend({ name: z.string(), sku: z.string(), options: z.record(z.string(), z.string()) })),
})
export type ReturnSummary = z.infer<typeof returnSummary>
export const returnList = z.object({ items: z.array(returnSummary), nextCursor })
export type ReturnList = z.infer<typeof returnList>

export const receiveBody = z.strictObject({ restock: z.boolean('Say whether it goes back on the shelf') })
export const rejectBody = z.strictObject({ reason: text(500, 'Tell the shopper why') })

const things = z.array(z.strictObject({ variantId: identifier, quantity })).min(1, 'Choose what it is for').max(100, 'At most 100 different things')
  .refine(lines => new Set(lines.map(line => line.variantId)).size === lines.length, 'Name each thing once')

/** `POST /api/admin/orders/{id}/refunds/quote`. */
export const quoteBody = z.strictObject({ lines: things })

/**
 * `POST /api/admin/orders/{id}/refunds`; the shopper reads the reason. With `lines` the amount is what the quote said: when it
 * would be another by now, nothing happens.
 */
export const refundBody = z.strictObject({
  amountMinor: z.int('Expected whole pence').min(1, 'At least 1').max(99_999_999),
  reason: text(200, 'Tell the shopper why'),
  lines: things.optional(),
  /** Puts those things back on the shelf. */
  restock: z.boolean().optional(),
})
export type RefundBody = z.infer<typeof refundBody>

export const refund = z.object({
  id,
  orderId: id,
  amountMinor: minor,
  currency: currencyCode,
  reason: z.string(),
  status: z.enum(['requested', 'done']),
  requestedAt: instant,
}).meta({ id: 'Refund' })
export type Refund = z.infer<typeof refund>
