import { countries } from '#shared/delivery'

const slot = 'checkout-form'
export interface CheckoutForm { email: string, name: string, line1: string, line2: string, city: string, postcode: string, country: string, shippingMethod: string }
export interface CardDetails { number: string, expiry: string, cvc: string }

/** What a shopper types at the checkout. All but the card survives a reload of the tab. */
export function useCheckoutForm() {
  const form = reactive<CheckoutForm>({ email: '', name: '', line1: '', line2: '', city: '', postcode: '', country: 'GB', shippingMethod: 'standard' })
  const card = reactive<CardDetails>({ number: '', expiry: '', cvc: '' })
  const errors = ref<Record<string, string>>({})

  function restore(known: { email?: string, name?: string }) {
    const kept = JSON.parse(sessionStorage.getItem(slot) ?? '{}') as Partial<CheckoutForm>
    for (const name of Object.keys(form) as (keyof CheckoutForm)[]) {
      if (kept[name]) form[name] = kept[name]
    }
    form.email ||= known.email ?? ''
    form.name ||= known.name ?? ''
    watch(form, now => sessionStorage.setItem(slot, JSON.stringify(now)))
  }

  function validate(): boolean {
    const wrong: Record<string, string> = {}
    const needed = { email: 'Where do we send the receipt?', name: 'Name is missing', line1: 'Street and number is missing', city: 'City is missing', postcode: 'Postcode is missing' } as const
    for (const [name, said] of Object.entries(needed) as [keyof typeof needed, string][]) {
      if (!form[name].trim()) wrong[name] = said
    }
    if (form.email.trim() && !/^\S+@\S+\.\S+$/.test(form.email.trim())) wrong.email = 'That is not quite an e-mail address'
    if (!countries.some(country => country.code === form.country)) wrong.country = 'Choose a country that we deliver to'
    if (card.number.replace(/\D/g, '').length < 12) wrong.number = 'Card number is too short'
    if (!/^\d{1,2}\s*\/?\s*\d{2}(\d{2})?$/.test(card.expiry.trim())) wrong.expiry = 'Expiry as month and year, like 04/29'
    if (!/^\d{3,4}$/.test(card.cvc.trim())) wrong.cvc = 'Security code has 3 or 4 digits'
    errors.value = wrong
    return !Object.keys(wrong).length
  }

  /** The card as `POST /api/payments/methods` wants it. */
  function cardBody() {
    const digits = card.expiry.replace(/\D/g, '').padStart(4, '0')
    const year = Number(digits.slice(digits.length > 4 ? -4 : -2))
    return { number: card.number.replace(/\D/g, ''), expMonth: Number(digits.slice(0, digits.length > 4 ? -4 : -2)), expYear: year < 100 ? 2000 + year : year, cvc: card.cvc.trim() }
  }

  function addressBody() {
    const { name, line1, line2, city, postcode } = form
    const country = countries.find(({ code }) => code === form.country)?.code ?? 'GB'
    return { name: name.trim(), line1: line1.trim(), ...(line2.trim() ? { line2: line2.trim() } : {}), city: city.trim(), postcode: postcode.trim(), country }
  }

  const forget = () => sessionStorage.removeItem(slot)
  return { form, card, errors, restore, validate, cardBody, addressBody, forget }
}
