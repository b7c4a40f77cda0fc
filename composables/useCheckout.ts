import type { Checkout } from '#shared/schemas/orders'

const slot = 'checkout-id'

/**
 * The stock held for this shopper. Counts down by the server's clock: the time between `now` and `expiresAt` as answered,
 * run off on a clock that no one can set. An earlier hold is taken up again after a reload while it still fits the basket.
 */
export function useCheckout() {
  const api = useShopperApi()
  const { cart } = useCart()
  const held = shallowRef<Checkout | null>(null)
  const leftMs = ref(0)
  const holding = ref(false)
  const problem = ref('')
  const expired = computed(() => !!held.value && leftMs.value <= 0)
  let endsAt = 0
  let timer: ReturnType<typeof setInterval> | undefined

  function take(checkout: Checkout) {
    held.value = checkout
    endsAt = performance.now() + Date.parse(checkout.expiresAt) - Date.parse(checkout.now)
    sessionStorage.setItem(slot, checkout.id)
    clearInterval(timer)
    const tick = () => {
      leftMs.value = Math.max(0, endsAt - performance.now())
      if (!leftMs.value) clearInterval(timer)
    }
    timer = setInterval(tick, 500)
    tick()
  }

  /** Holds what is in the basket for another while. Resolves to whether it worked; `problem` says why not. */
  async function hold(): Promise<boolean> {
    holding.value = true
    problem.value = ''
    try {
      take(await api<Checkout>('/api/checkout', { method: 'POST', body: {} }))
      return true
    }
    catch (error) {
      const { sentenceForError } = await import('./problem-sentences')
      problem.value = sentenceForError(error)
      return false
    }
    finally {
      holding.value = false
    }
  }

  const sum = (lines: { variantId: string, quantity: number }[]) => lines.map(line => `${line.variantId}×${line.quantity}`).sort().join()

  /** Takes up the hold of before the reload, or makes a new one. */
  async function start() {
    const id = sessionStorage.getItem(slot)
    const earlier = id ? await api<Checkout>(`/api/checkout/${id}`).catch(() => null) : null
    if (earlier && cart.value && sum(earlier.lines) === sum(cart.value.lines)) take(earlier)
    else await hold()
  }

  /** The server no longer knows the hold, whatever the countdown says. */
  function expire() {
    clearInterval(timer)
    leftMs.value = 0
  }

  /** The shopper turns back: what was held is free at once, also when this page is gone before the answer. */
  async function letGo() {
    const id = held.value?.id
    release()
    if (!id || expired.value) return
    await fetch(`/api/checkout/${id}`, { method: 'DELETE', keepalive: true, signal: AbortSignal.timeout(1_500) }).catch(() => null)
  }

  function release() {
    clearInterval(timer)
    sessionStorage.removeItem(slot)
  }
  onScopeDispose(() => clearInterval(timer))
  return { held, leftMs, expired, holding, problem, hold, start, expire, release, letGo }
}
