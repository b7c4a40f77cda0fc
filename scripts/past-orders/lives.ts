import type { OrderStatus, ShippingMethodId } from '../../shared/schemas/orders.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** What may become of an order, besides arriving. */
export type Fate = 'arrives' | 'declined' | 'cancelled' | 'mended' | 'return-open' | 'return-received' | 'return-rejected'

/** When an order's steps are due, each later than the one before. */
export interface Course { placed: Date, paid: Date, packed: Date, shipped: Date, delivered: Date }

/** Hours from the payment to packing, to the van and to the door, each from the one before: at least and at most. */
const pace: Record<ShippingMethodId, readonly [packed: [number, number], shipped: [number, number], delivered: [number, number]]> = {
  standard: [[4, 18], [4, 14], [20, 50]],
  express: [[1, 4], [2, 5], [12, 22]],
  collect: [[1, 4], [1, 3], [6, 20]],
}

/** @param next numbers in [0, 1) */
export function courseOf(placed: Date, method: ShippingMethodId, next: () => number): Course {
  const paid = new Date(placed.getTime() + 3_000 + Math.floor(next() * 6_000))
  let at = paid.getTime()
  const [packed, shipped, delivered] = pace[method].map(([least, most]) => new Date(at += Math.round((least + (most - least) * next()) * hourMs)))
  return { placed, paid, packed: packed!, shipped: shipped!, delivered: delivered! }
}

export interface Step { type: string, status: OrderStatus, cause: string, at: Date, amountMinor?: number, returnId?: string }

/** What of the money or the things goes back, and when. */
export interface WayBack { askedAt: Date, closedAt: Date, refundedAt: Date }

export const cancelledAt = ({ paid }: Course): Date => new Date(paid.getTime() + 40 * minuteMs)
/** A person looks into it a day later; the bank is quick. */
export const mendedAt = ({ delivered }: Course): Date => new Date(delivered.getTime() + 26 * hourMs)
export const wayBackOf = ({ delivered }: Course): WayBack => {
  const closedAt = delivered.getTime() + 118 * hourMs
  return { askedAt: new Date(delivered.getTime() + 31 * hourMs), closedAt: new Date(closedAt), refundedAt: new Date(closedAt + 2_000) }
}

/** The way to the door, as far as it has come by `now`. */
export function stepsUntil({ placed, paid, packed, shipped, delivered }: Course, now: Date): Step[] {
  const way: Step[] = [
    { type: 'order.placed', status: 'pending', cause: 'placed by the shopper', at: placed },
    { type: 'order.paid', status: 'paid', cause: 'card payment', at: paid },
    { type: 'order.fulfilling', status: 'fulfilling', cause: 'packed and handed to the carrier', at: packed },
    { type: 'order.shipped', status: 'shipped', cause: 'picked up by the carrier', at: shipped },
    { type: 'order.delivered', status: 'delivered', cause: 'delivered', at: delivered },
  ]
  return way.filter(step => step.at <= now)
}
