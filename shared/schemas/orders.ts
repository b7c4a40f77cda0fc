import { z } from 'zod'
import { countries, orderStatuses, shippingMethods } from '../delivery.ts'
import { identifier, shownPromo } from './cart.ts'
import { picture } from './products.ts'
import { orderReturn, returnable } from './returns.ts'
import { line, optionalLine } from './text.ts'
import { currencyCode, id, instant, minor, nextCursor } from './values.ts'

export { maxOrderMinor, orderStatuses, shippingMethods } from '../delivery.ts'
export type { OrderStatus, ShippingMethodId } from '../delivery.ts'

export const address = z.strictObject({
  name: line(120, 'Name is missing'),
  line1: line(120, 'Street and number is missing'),
  line2: optionalLine(120).optional(),
  city: line(120, 'City is missing'),
  postcode: line(16, 'Postcode is missing'),
  country: z.enum(countries.map(country => country.code), 'Choose a country that we deliver to'),
}).meta({ id: 'Address' })
export type Address = z.infer<typeof address>

const amounts = {
  subtotalMinor: minor,
  /** What a promo code takes off the goods. */
  discountMinor: minor,
  shippingMinor: minor,
  /** The VAT contained in what is paid, not added to it. */
  taxMinor: minor,
  totalMinor: minor,
  currency: currencyCode,
}

export const soldLine = z.object({
  variantId: z.string(),
  slug: z.string(),
  name: z.string(),
  sku: z.string(),
  options: z.record(z.string(), z.string()),
  image: picture.nullable(),
  quantity: z.int(),
  unitPriceMinor: minor,
  lineTotalMinor: minor,
}).meta({ id: 'SoldLine' })
export type SoldLine = z.infer<typeof soldLine>

/** `POST /api/checkout`: what is held, until when, and what it costs with standard delivery. */
export const checkout = z.object({
  id,
  expiresAt: instant,
  /** The database's clock when this was answered, so that a countdown does not trust the shopper's. */
  now: instant,
  lines: z.array(soldLine),
  shippingMethods: z.array(z.object({ id: z.string(), name: z.string(), priceMinor: minor, days: z.array(z.int()) })),
  /** The code that the cart had; what it takes off is kept for as long as the hold. */
  promo: shownPromo.nullable(),
  ...amounts,
}).meta({ id: 'Checkout' })
export type Checkout = z.infer<typeof checkout>

export const placeOrderBody = z.strictObject({
  checkoutId: identifier,
  email: z.string().trim().toLowerCase().max(254).pipe(z.email('Expected an e-mail address')).meta({ format: 'email' }),
  address,
  shippingMethod: z.enum(shippingMethods.map(method => method.id), 'Choose a delivery method'),
  paymentMethod: z.string().regex(/^pm_[A-Za-z0-9_]{1,100}$/, 'Expected a payment method id'),
})
export type PlaceOrderBody = z.infer<typeof placeOrderBody>

/** One step of the timeline that a shopper sees. */
export const orderEvent = z.object({
  id: z.string(),
  type: z.string(),
  status: z.enum(orderStatuses),
  cause: z.string(),
  at: instant,
  detail: z.record(z.string(), z.string()).optional(),
}).meta({ id: 'OrderEvent' })
export type OrderEventView = z.infer<typeof orderEvent>

/** What takes longer than it should, by the shop's own clock. */
export const orderDelay = z.object({
  /** The bank's answer, our mail, the parcel's leaving, its arrival. */
  kind: z.enum(['payment', 'confirmation', 'dispatch', 'arrival']),
  /** Since when it is late. */
  since: instant,
}).meta({ id: 'OrderDelay' })
export type OrderDelay = z.infer<typeof orderDelay>

/** What the confirmation link of a guest carries. */
export const orderToken = z.string().regex(/^[\w-]{43}$/)

export const order = z.object({
  id,
  number: z.string(),
  status: z.enum(orderStatuses),
  email: z.string(),
  address,
  shippingMethod: z.string(),
  lines: z.array(soldLine),
  ...amounts,
  promoCode: z.string().nullable(),
  refundedMinor: minor,
  events: z.array(orderEvent),
  trackingNumber: z.string().nullable(),
  placedAt: instant,
  cancellable: z.boolean(),
  returns: z.array(orderReturn),
  returnable,
  returnableUntil: instant.nullable(),
  /** When it should be there, first and last day; null once it is, or never will be. */
  expected: z.object({ from: instant, to: instant }).nullable(),
  /** The database's clock when this was answered: what happened by then, and what is late by then, is told here. */
  asOf: instant,
  delays: z.array(orderDelay),
  /** When the confirmation was mailed; null while it was not, or where nobody asked. */
  confirmedAt: instant.nullable(),
  /** There is one as soon as it is paid. */
  hasInvoice: z.boolean(),
  /** Lets a guest read the order from its confirmation link; only in the answer that placed it. */
  token: orderToken.optional(),
}).meta({ id: 'Order' })
export type Order = z.infer<typeof order>

export const orderSummary = z.object({
  id,
  number: z.string(),
  status: z.enum(orderStatuses),
  totalMinor: minor,
  currency: currencyCode,
  itemCount: z.int(),
  image: picture.nullable(),
  placedAt: instant,
}).meta({ id: 'OrderSummary' })
export type OrderSummary = z.infer<typeof orderSummary>

export const orderList = z.object({ items: z.array(orderSummary), nextCursor })
export type OrderList = z.infer<typeof orderList>

/** One line of an earlier order, as it could be bought today. */
export const reorderLine = z.object({
  variantId: z.string(),
  slug: z.string(),
  name: z.string(),
  options: z.record(z.string(), z.string()),
  image: picture.nullable(),
  /** How many were bought then, and how many of them can be had. */
  quantity: z.int(),
  available: z.int(),
  outcome: z.enum(['all', 'fewer', 'sold-out', 'gone']),
  thenMinor: minor,
  /** Today's price; null for what is no longer made. */
  nowMinor: minor.nullable(),
})
export const reorder = z.object({ lines: z.array(reorderLine), currency: currencyCode }).meta({ id: 'Reorder' })
export type Reorder = z.infer<typeof reorder>

export const invoice = z.object({
  number: z.string(),
  orderNumber: z.string(),
  /** The day of the payment. */
  issuedAt: instant,
  placedAt: instant,
  email: z.string(),
  address,
  shippingMethod: z.string(),
  lines: z.array(soldLine),
  ...amounts,
  promoCode: z.string().nullable(),
  /** What the total is without its tax. */
  netMinor: minor,
  taxPercent: z.int(),
  refunds: z.array(z.object({ amountMinor: minor, at: instant, reason: z.string() })),
  refundedMinor: minor,
}).meta({ id: 'Invoice' })
export type Invoice = z.infer<typeof invoice>
