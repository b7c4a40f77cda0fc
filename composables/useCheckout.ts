import type { Cart } from '#shared/schemas/cart'
import type { Checkout } from '#shared/schemas/orders'
import type { Problem } from '#shared/schemas/problem'

const slot = 'checkout-id'
/** From here on the page warns, and offers more time. */
const warnMs = 120_000

/**
 * The stock held for this shopper. Counts down by the server's clock: the time between `now` and `expiresAt` as answered,
 * run off on a clock that no one can set. An earlier hold is taken up again after a reload while it still fits the basket.
 */
export function useCheckout() {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const { cart } = useCart()
  const held = shallowRef<Checkout | null>(null)
  const leftMs = ref(0)
  const holding = ref(false)
  const problem = ref('')
  /** The last hold was refused for want of stock: it works with what is left. */
  const short = ref(false)
  const expired = computed(() => !!held.value && leftMs.value <= 0)
  const ending = computed(() => leftMs.value > 0 && leftMs.value <= warnMs)
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
  watch(ending, now => now && announce('Less than two minutes left on your things. You can hold them for longer.'))
  watch(expired, now => now && announce('Time’s up: we put your things back on the shelf.'))

  /** Which line it is, and how many of it are left. */
  async function nameShortage(data: Partial<Problem> | undefined): Promise<string> {
    const variantId = data?.errors?.[0]?.path.replace('variant.', '')
    cart.value = await inTurn(() => api<Cart>('/api/cart')).catch(() => cart.value)
    const line = cart.value?.lines.find(one => one.variantId === variantId)
    const name = line ? [line.name, ...Object.values(line.options)].join(', ') : cart.value?.gone.find(one => one.variantId === variantId)?.name
    if (line?.available) return `There are only ${line.available} of ${name} left, and you wanted ${line.quantity}.`
    return `${name ?? 'One of your things'} ${data?.code === 'orders/no-longer-sold' ? 'is no longer sold' : 'has sold out in the meantime'}.`
  }

  /** Holds what is in the basket for another while. Resolves to whether it worked; `problem` says why not. */
  async function hold(): Promise<boolean> {
    holding.value = true
    try {
      take(await api<Checkout>('/api/checkout', { method: 'POST', body: {} }))
      problem.value = ''
      short.value = false
      return true
    }
    catch (error) {
      const { data } = error as { data?: Partial<Problem> }
      short.value = data?.code === 'orders/out-of-stock' || data?.code === 'orders/no-longer-sold'
      problem.value = short.value ? await nameShortage(data) : await explain(error)
      return false
    }
    finally {
      holding.value = false
    }
  }

  /** Holds what is left of the basket: fewer of what there are fewer of, and without what is gone. */
  async function holdWhatIsLeft(): Promise<boolean> {
    holding.value = true
    try {
      cart.value = await inTurn(() => api<Cart>('/api/cart/adjust', { method: 'POST', body: {} }))
      const out = [...cart.value.gone, ...cart.value.lines.filter(line => !line.available)]
      for (const { id } of out) cart.value = await inTurn(() => api<Cart>(`/api/cart/items/${id}`, { method: 'DELETE' }))
    }
    catch {
      // What could not be changed is told by the hold.
    }
    return hold()
  }

  const sum = (lines: { variantId: string, quantity: number }[]) => lines.map(line => `${line.variantId}×${line.quantity}`).sort().join()
  /** Another tab has changed the basket: what is held is not what is in it. */
  const outdated = computed(() => !!held.value && !!cart.value && sum(held.value.lines) !== sum(cart.value.lines))

  /** Takes up the hold of before the reload, with what its promo code was worth then, or makes a new one. */
  async function start() {
    const id = sessionStorage.getItem(slot)
    const earlier = id ? await api<Checkout>(`/api/checkout/${id}`).catch(() => null) : null
    if (earlier && cart.value && sum(earlier.lines) === sum(cart.value.lines) && earlier.promo?.code === cart.value.promo?.code) take(earlier)
    else await hold()
  }

  /** The server no longer knows the hold, whatever the countdown says. */
  function expire() {
    clearInterval(timer)
    leftMs.value = 0
  }

  /** Asks the server how long the hold lasts: a computer that slept, or a page from the browser's memory, can't know. */
  async function look() {
    const id = sessionStorage.getItem(slot)
    if (document.hidden || !held.value || expired.value || !id) return
    try {
      take(await api<Checkout>(`/api/checkout/${id}`))
    }
    catch (error) {
      const { statusCode } = error as { statusCode?: number }
      if (statusCode === 404 || statusCode === 409) expire()
    }
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
  onMounted(() => {
    document.addEventListener('visibilitychange', look)
    window.addEventListener('pageshow', look)
  })
  onScopeDispose(() => {
    clearInterval(timer)
    if (import.meta.server) return
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('pageshow', look)
  })
  return { held, leftMs, ending, expired, outdated, holding, problem, short, hold, holdWhatIsLeft, start, expire, release, letGo }
}
