import type { Checkout, PlaceOrderBody } from '#shared/schemas/orders'
import type { PaymentSource } from './payment-source'
import { sentenceForCode, sentenceForError } from './problem-sentences'

/**
 * From the Pay button to the order's page. Nothing typed is lost on any way out; a declined card holds the stock anew.
 */
export function usePayment(
  { held, expired, problem: refusal, hold, expire, release }: ReturnType<typeof useCheckout>,
  { form, errors, validate, addressBody, forget }: ReturnType<typeof useCheckoutForm>,
  source: () => PaymentSource | null | undefined,
) {
  const { refresh } = useCart()
  const { begin, send, unfinished } = usePlaceOrder()
  const paying = ref(false)
  const problem = ref('')
  const waitMs = ref(0)

  function wait(ms: number) {
    waitMs.value = ms
    const timer = setInterval(() => {
      waitMs.value = Math.max(0, waitMs.value - 1000)
      if (!waitMs.value) clearInterval(timer)
    }, 1000)
  }

  async function settle(body: PlaceOrderBody) {
    const result = await send(begin(body))
    if (result.outcome === 'placed') {
      release()
      forget()
      await navigateTo({ path: `/orders/${result.order.id}`, query: { token: result.order.token, placed: '1' } }, { replace: true })
      void refresh()
      return
    }
    problem.value = sentenceForError(result.error)
    if (result.outcome === 'unknown') return wait(result.retryAfterMs)
    source()?.renew()
    errors.value = fieldErrorsOf(result.error)
    if (result.outcome === 'declined') await hold()
    else if (result.error.statusCode === 409 || result.error.statusCode === 410) expire()
  }

  async function run(job: () => Promise<unknown>) {
    if (paying.value || waitMs.value) return
    paying.value = true
    problem.value = ''
    try {
      await job()
    }
    catch (error) {
      errors.value = fieldErrorsOf(error)
      problem.value = sentenceForError(error)
    }
    finally {
      paying.value = false
    }
  }

  const pay = () => run(async () => {
    const before = unfinished()
    if (before) return settle(before.body)
    if (!validate()) return
    const card = source()
    if (!card) {
      problem.value = sentenceForError({})
      return
    }
    if (!await card.validate()) return
    if (!held.value || expired.value) {
      const confirmed = held.value?.totalMinor
      if (!await hold()) {
        problem.value = refusal.value
        return
      }
      if (held.value?.totalMinor !== confirmed) {
        problem.value = sentenceForCode('orders/price-changed')
        return
      }
    }
    const { id: checkoutId } = held.value as Checkout
    await settle({ checkoutId, email: form.email.trim(), address: addressBody(), shippingMethod: form.shippingMethod as PlaceOrderBody['shippingMethod'], paymentMethod: await card.methodId() })
  })

  /** Finds out what became of a try that a reload or a lost connection cut off. Resolves to whether there was one. */
  async function resume(): Promise<boolean> {
    const attempt = unfinished()
    if (!attempt) return false
    await run(() => settle(attempt.body))
    return true
  }
  return { paying, problem, waitMs, pay, resume }
}
