import { z } from 'zod'
import { address, orderStatuses, soldLine } from '../../shared/schemas/orders.ts'

/** What every `order.<status>` event tells: the order as it stood in that moment. */
export const orderSnapshot = z.object({
  orderId: z.uuid(),
  number: z.string(),
  status: z.enum(orderStatuses),
  /** The stock hold that the order came from. */
  holdId: z.uuid(),
  email: z.string(),
  address,
  shippingMethod: z.string(),
  lines: z.array(soldLine),
  /** Both are missing in news from before there were promo codes. */
  promoCode: z.string().nullable().optional(),
  discountMinor: z.number().int().optional(),
  totalMinor: z.number().int(),
  refundedMinor: z.number().int(),
  currency: z.string(),
  trackingNumber: z.string().nullable(),
  placedAt: z.string(),
  /** In pence, what this piece of news is about: what went back this time, or what a return is worth. */
  amountMinor: z.number().int().optional(),
  /** Why, as the timeline says it. */
  cause: z.string().optional(),
})
export type OrderSnapshot = z.infer<typeof orderSnapshot>

/** Past-tense news of an order, in the order in which a lucky one has them. */
export const orderEventTypes = ['order.placed', 'order.paid', 'order.fulfilling', 'order.shipped', 'order.delivered', 'order.payment-failed', 'order.cancelled', 'order.refunded', 'order.partly-refunded', 'order.return-requested', 'order.return-received', 'order.return-rejected'] as const

/** What a carrier tells of a parcel; published by `fulfilment`. */
export const shipmentNews = z.object({ orderId: z.uuid(), trackingNumber: z.string().nullable() })
/** Money that was promised back; published by `orders`. */
export const refundNews = z.object({ refundId: z.uuid(), orderId: z.uuid() })
/** A hint from the payment gateway; published by `payments`. */
export const paymentNews = z.object({ orderId: z.uuid() })
