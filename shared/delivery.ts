/** Delivery choices with their price in pence and their promise in working days. */
export const shippingMethods = [
  { id: 'standard', name: 'Standard', priceMinor: 395, days: [3, 5] },
  { id: 'express', name: 'Express', priceMinor: 795, days: [1, 2] },
  { id: 'collect', name: 'Collect from the workshop', priceMinor: 0, days: [1, 1] },
] as const
export type ShippingMethodId = (typeof shippingMethods)[number]['id']

/** A subtotal in pence from which standard delivery costs nothing. */
export const freeShippingFromMinor = 6000

/** What a delivery costs in pence. A discount takes nobody's free delivery away: the subtotal is that of the goods before it. */
export function shippingPrice(methodId: ShippingMethodId, subtotalMinor: number, freeShipping = false): number {
  if (methodId === 'standard' && (freeShipping || subtotalMinor >= freeShippingFromMinor)) return 0
  return shippingMethods.find(method => method.id === methodId)!.priceMinor
}

/** Days from delivery within which things may be sent back. */
export const returnWindowDays = 30

/** The most that one order may come to, in pence: what the card network takes at once. */
export const maxOrderMinor = 99_999_999

export const countries = [
  { code: 'GB', name: 'United Kingdom' },
  { code: 'IE', name: 'Ireland' },
  { code: 'FR', name: 'France' },
  { code: 'DE', name: 'Germany' },
  { code: 'NL', name: 'Netherlands' },
  { code: 'US', name: 'United States' },
] as const

export const orderStatuses = ['pending', 'paid', 'fulfilling', 'shipped', 'delivered', 'payment-failed', 'cancelled', 'refunded'] as const
export type OrderStatus = (typeof orderStatuses)[number]
