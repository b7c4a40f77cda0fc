import { shippingPrice } from '../../shared/delivery.ts'
import type { Address, ShippingMethodId } from '../../shared/schemas/orders.ts'

/** VAT in percent that is contained in the price, by the country of delivery. */
const vatPercent: Record<Address['country'], number> = { GB: 20, IE: 23, FR: 20, DE: 19, NL: 21, US: 0 }

export const vatPercentOf = (country: Address['country']): number => vatPercent[country]

/** What a promo code does to an order: pence off the goods, or standard delivery for nothing. */
export interface Reduction { discountMinor: number, freeShipping: boolean }
const noReduction: Reduction = { discountMinor: 0, freeShipping: false }

export interface Amounts { subtotalMinor: number, discountMinor: number, shippingMinor: number, taxMinor: number, totalMinor: number }

/** All in pence. Tax is contained in what is paid after the discount, so that the total does not depend on the country. */
export function priceOrder(subtotalMinor: number, methodId: ShippingMethodId, country: Address['country'], { discountMinor, freeShipping } = noReduction): Amounts {
  const shippingMinor = shippingPrice(methodId, subtotalMinor, freeShipping)
  const totalMinor = subtotalMinor - discountMinor + shippingMinor
  const percent = vatPercent[country]
  return { subtotalMinor, discountMinor, shippingMinor, taxMinor: Math.round(totalMinor * percent / (100 + percent)), totalMinor }
}
