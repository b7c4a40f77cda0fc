import { type Address, freeShippingFromMinor, shippingMethods, type ShippingMethodId } from '../../shared/schemas/orders.ts'

/** VAT in percent that is contained in the price, by the country of delivery. */
const vatPercent: Record<Address['country'], number> = { GB: 20, IE: 23, FR: 20, DE: 19, NL: 21, US: 0 }

export interface Amounts { subtotalMinor: number, shippingMinor: number, taxMinor: number, totalMinor: number }

export function shippingPrice(methodId: ShippingMethodId, subtotalMinor: number): number {
  if (methodId === 'standard' && subtotalMinor >= freeShippingFromMinor) return 0
  return shippingMethods.find(method => method.id === methodId)!.priceMinor
}

/** All in pence. Tax is contained in the total, so that the total does not depend on the country. */
export function priceOrder(subtotalMinor: number, methodId: ShippingMethodId, country: Address['country']): Amounts {
  const shippingMinor = shippingPrice(methodId, subtotalMinor)
  const totalMinor = subtotalMinor + shippingMinor
  const percent = vatPercent[country]
  return { subtotalMinor, shippingMinor, taxMinor: Math.round(totalMinor * percent / (100 + percent)), totalMinor }
}
