import { countries, shippingMethods } from './delivery.ts'
import type { Address } from './schemas/orders.ts'

/** What a shopper types at the checkout before the card. */
export interface CheckoutDetails { email: string, name: string, line1: string, line2: string, city: string, postcode: string, country: string, shippingMethod: string }

export const emptyDetails: Readonly<CheckoutDetails> = { email: '', name: '', line1: '', line2: '', city: '', postcode: '', country: 'GB', shippingMethod: 'standard' }

const needed = { email: 'Where do we send the receipt?', name: 'Name is missing', line1: 'Street and number is missing', city: 'City is missing', postcode: 'Postcode is missing' } as const

/** What is wrong with them, by the field's name; nothing when the checkout can go on. */
export function detailErrors(typed: CheckoutDetails): Partial<Record<keyof CheckoutDetails, string>> {
  const wrong: Partial<Record<keyof CheckoutDetails, string>> = {}
  for (const [name, said] of Object.entries(needed) as [keyof typeof needed, string][]) {
    if (!typed[name].trim()) wrong[name] = said
  }
  if (!wrong.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed.email.trim())) wrong.email = 'That is not quite an e-mail address'
  if (!countries.some(({ code }) => code === typed.country)) wrong.country = 'Choose a country that we deliver to'
  if (!shippingMethods.some(({ id }) => id === typed.shippingMethod)) wrong.shippingMethod = 'Choose a delivery method'
  return wrong
}

/** The address among them, as an order and an account take it. */
export function typedAddress({ name, line1, line2, city, postcode, country }: CheckoutDetails): Address {
  return { name: name.trim(), line1: line1.trim(), ...(line2.trim() && { line2: line2.trim() }), city: city.trim(), postcode: postcode.trim(), country: countries.find(({ code }) => code === country)?.code ?? 'GB' }
}

/** The cookie that keeps them for a shopper without JavaScript; the scripts keep them in the tab instead. */
export const detailsCookie = 'checkout_details'

/** From a `Cookie` header, whatever stands in it: unknown names are left out, the rest is text to be checked again. */
export function detailsOfCookie(header: string | undefined): Partial<CheckoutDetails> {
  const value = header?.split(/;\s*/).find(pair => pair.startsWith(`${detailsCookie}=`))?.slice(detailsCookie.length + 1)
  if (!value) return {}
  try {
    const bytes = Uint8Array.from(atob(value.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0))
    const kept = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
    return Object.fromEntries(Object.keys(emptyDetails).flatMap(name => (typeof kept[name] === 'string' ? [[name, kept[name]]] : [])))
  }
  catch {
    return {}
  }
}
