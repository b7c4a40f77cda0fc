import { type CheckoutDetails, detailErrors, detailsOfCookie, emptyDetails, typedAddress } from '#shared/checkout-details'
import { shippingMethods } from '#shared/delivery'
import type { Address } from '#shared/schemas/orders'

const slot = 'checkout-form'

/** What a shopper types at the checkout. It survives a reload of the tab, in the tab's storage or, without scripts, in a cookie; the card never does. */
export function useCheckoutForm() {
  const typed = useState('checkout-typed', () => detailsOfCookie(useRequestHeaders(['cookie']).cookie))
  const served = { ...emptyDetails, ...typed.value }
  const form = reactive<CheckoutDetails>({ ...served })
  const errors = ref<Record<string, string>>({})
  const complete = computed(() => Object.keys(detailErrors(form)).length === 0)

  /** Takes what was typed before the reload, beside what has been changed since, and fills gaps with what is known. A known address comes whole or, beside anything typed, not at all. */
  function restore(known: { email?: string, name?: string }, address: Address | null) {
    const kept = JSON.parse(sessionStorage.getItem(slot) ?? '{}') as Partial<CheckoutDetails>
    for (const name of Object.keys(form) as (keyof CheckoutDetails)[]) {
      if (kept[name] && form[name] === served[name]) form[name] = kept[name]
    }
    if (address && ![form.line1, form.line2, form.city, form.postcode].some(Boolean)) Object.assign(form, { ...address, name: form.name || address.name })
    form.email ||= known.email ?? ''
    form.name ||= known.name ?? ''
    watch(form, now => sessionStorage.setItem(slot, JSON.stringify(now)))
  }

  function validate(): boolean {
    errors.value = detailErrors(form)
    return complete.value
  }

  const addressBody = () => typedAddress(form)

  const methodOf = (id: string) => shippingMethods.find(method => method.id === id)?.id ?? 'standard'
  const methodName = computed(() => shippingMethods.find(({ id }) => id === form.shippingMethod)?.name)

  const forget = () => sessionStorage.removeItem(slot)
  return { form, errors, complete, restore, validate, addressBody, methodOf, methodName, forget }
}
