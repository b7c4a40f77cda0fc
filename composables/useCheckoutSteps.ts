const checkoutSteps = ['details', 'delivery', 'payment'] as const
export type CheckoutStep = (typeof checkoutSteps)[number]

/**
 * Which step of the checkout is open. Each is an entry of the browser's history with an address of its own, so that Back
 * goes to the step before and a reload stays.
 */
export function useCheckoutSteps() {
  const route = useRoute()
  const step = computed<CheckoutStep>(() => checkoutSteps.find(name => name === route.query.step) ?? 'details')
  const at = computed(() => checkoutSteps.indexOf(step.value))
  const isDone = (name: CheckoutStep) => checkoutSteps.indexOf(name) < at.value
  const addressOf = (name: CheckoutStep) => name === 'details' ? '/checkout' : `/checkout?step=${name}`
  const goTo = (name: CheckoutStep, { replace = false } = {}) => navigateTo(addressOf(name), { replace })
  return { step, isDone, addressOf, goTo }
}
