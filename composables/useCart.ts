import type { Cart } from '#shared/schemas/cart'

/** Written after each change: the browser tells the other tabs, and a page that waits in its memory stays eligible for it. */
const slot = 'basket'

function tellOthers() {
  try {
    localStorage.setItem(slot, `${Date.now()} ${Math.random()}`)
  }
  catch {
    // A browser that keeps nothing: the other tabs look when they are used.
  }
}

/**
 * The one basket behind the badge, the drawer, the page and every other tab. A changed quantity shows at once;
 * the server's answer to the last change then wins, totals always are the server's. Changes are `useCartChanges`.
 */
export function useCart() {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const cart = useState<Cart | null>('cart', () => null)
  const wanted = useState<Record<string, number>>('cart-wanted', () => ({}))
  const problem = useState('cart-problem', () => '')
  const drawerOpen = useState('cart-drawer', () => false)

  const lines = computed(() => (cart.value?.lines ?? [])
    .map(line => ({ ...line, quantity: wanted.value[line.id] ?? line.quantity }))
    .filter(line => line.quantity > 0))
  const count = computed(() => lines.value.reduce((sum, line) => sum + line.quantity, 0))
  const busy = computed(() => Object.keys(wanted.value).length > 0)

  async function attempt(call: () => Promise<Cart>, isChange = true): Promise<boolean> {
    if (isChange) problem.value = ''
    try {
      cart.value = await inTurn(call)
      if (isChange) tellOthers()
      return true
    }
    catch (error) {
      problem.value = await explain(error)
      // What was refused may have been decided over something that is not so any more.
      if (isChange) cart.value = await inTurn(() => api<Cart>('/api/cart')).catch(() => cart.value)
      return false
    }
  }

  const refresh = () => attempt(() => api<Cart>('/api/cart'), false)

  /** Looks again when another tab has changed the basket, or when the browser shows this page from its memory. Answers the way to stop. */
  function follow() {
    const look = (event: Event) => {
      if (event instanceof StorageEvent ? event.key === slot : (event as PageTransitionEvent).persisted) void refresh()
    }
    const kinds = ['storage', 'pageshow']
    kinds.forEach(kind => addEventListener(kind, look))
    return () => kinds.forEach(kind => removeEventListener(kind, look))
  }

  async function add(variantId: string, quantity: number, name: string) {
    const done = await attempt(() => api<Cart>('/api/cart/items', { method: 'POST', body: { variantId, quantity } }))
    announce(done ? `${name} is in your basket. ${count.value} in total.` : problem.value)
    return done
  }

  return { cart, wanted, lines, count, busy, problem, drawerOpen, attempt, refresh, follow, add }
}
