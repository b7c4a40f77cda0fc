import { z } from 'zod'
import { countries, orderStatuses, shippingMethods } from '../delivery.ts'
import { identifier } from './cart.ts'
import { picture } from './products.ts'
import { orderReturn, returnable } from './returns.ts'
import { optionalText, text } from './text.ts'

export { freeShippingFromMinor, maxOrderMinor, orderStatuses, shippingMethods } from '../delivery.ts'
export type { OrderStatus, ShippingMethodId } from '../delivery.ts'

const line = (label: string, max = 120) => text(max, `${label} is missing`)

export const address = z.strictObject({
  name: line('Name'),
  line1: line('Street and number'),
  line2: optionalText(120).optional(),
  city: line('City'),
  postcode: line('Postcode', 16),
  country: z.enum(countries.map(country => country.code), 'Choose a country that we deliver to'),
})
export type Address = z.infer<typeof address>

const amounts = {
  subtotalMinor: z.number().int(),
  shippingMinor: z.number().int(),
  /** The VAT contained in the prices, not added to them. */
  taxMinor: z.number().int(),
  totalMinor: z.number().int(),
  currency: z.string(),
}

export const soldLine = z.object({
  variantId: z.string(),
  slug: z.string(),
  name: z.string(),
  sku: z.string(),
  options: z.record(z.string(), z.string()),
  image: picture.nullable(),
  quantity: z.number().int(),
  unitPriceMinor: z.number().int(),
  lineTotalMinor: z.number().int(),
})
export type SoldLine = z.infer<typeof soldLine>

/** `POST /api/checkout`: what is held, until when, and what it costs with standard delivery. */
export const checkout = z.object({
  id: z.string(),
  expiresAt: z.string(),
  /** The database's clock when this was answered, so that a countdown does not trust the shopper's. */
  now: z.string(),
  lines: z.array(soldLine),
  shippingMethods: z.array(z.object({ id: z.string(), name: z.string(), priceMinor: z.number().int(), days: z.array(z.number()) })),
  ...amounts,
})
export type Checkout = z.infer<typeof checkout>

export const placeOrderBody = z.strictObject({
  checkoutId: identifier,
  email: z.string().trim().toLowerCase().max(254).pipe(z.email('Expected an e-mail address')),
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
  at: z.string(),
  detail: z.record(z.string(), z.string()).optional(),
})
export type OrderEventView = z.infer<typeof orderEvent>

export const order = z.object({
  id: z.string(),
  number: z.string(),
  status: z.enum(orderStatuses),
  email: z.string(),
  address,
  shippingMethod: z.string(),
  lines: z.array(soldLine),
  ...amounts,
  refundedMinor: z.number().int(),
  events: z.array(orderEvent),
  trackingNumber: z.string().nullable(),
  placedAt: z.string(),
  cancellable: z.boolean(),
  returns: z.array(orderReturn),
  returnable,
  returnableUntil: z.string().nullable(),
  /** Lets a guest read the order from its confirmation link; only in the answer that placed it. */
  token: z.string().optional(),
})
export type Order = z.infer<typeof order>

export const orderSummary = z.object({
  id: z.string(),
  number: z.string(),
  status: z.enum(orderStatuses),
  totalMinor: z.number().int(),
  currency: z.string(),
  itemCount: z.number().int(),
  image: picture.nullable(),
  placedAt: z.string(),
})
export type OrderSummary = z.infer<typeof orderSummary>

export const orderList = z.object({ items: z.array(orderSummary), nextCursor: z.string().nullable() })
export type OrderList = z.infer<typeof orderList>
