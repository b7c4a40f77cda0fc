import type { Cart, CartLine } from '#shared/schemas/cart'

/** Writes wait for each other, so that an older answer can't overtake a newer one. */
let tail: Promise<unknown> = Promise.resolve()
function inTurn<T>(job: () => Promise<T>): Promise<T> {
  const run = tail.then(job)
  tail = run.catch(() => undefined)
  return run
}

/**
 * The one basket behind the badge, the drawer and the page. A changed quantity shows at once;
 * the server's answer to the last change then wins, totals always are the server's.
 */
export function useCart() {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const cart = useState<Cart | null>('cart', () => null)
  const wanted = useState<Record<string, number>>('cart-wanted', () => ({}))
  const removed = useState<CartLine | null>('cart-removed', () => null)
  const problem = useState('cart-problem', () => '')
  const drawerOpen = useState('cart-drawer', () => false)

  const lines = computed(() => (cart.value?.lines ?? [])
    .map(line => ({ ...line, quantity: wanted.value[line.id] ?? line.quantity }))
    .filter(line => line.quantity > 0))
  const count = computed(() => lines.value.reduce((sum, line) => sum + line.quantity, 0))
  const busy = computed(() => Object.keys(wanted.value).length > 0)

  async function attempt(call: () => Promise<Cart>): Promise<boolean> {
    problem.value = ''
    try {
      cart.value = await inTurn(call)
      return true
    }
    catch (error) {
      const { sentenceForError } = await import('./problem-sentences')
      problem.value = sentenceForError(error)
      return false
    }
  }

  const refresh = () => attempt(() => api<Cart>('/api/cart'))

  async function add(variantId: string, quantity: number, name: string) {
    const done = await attempt(() => api<Cart>('/api/cart/items', { method: 'POST', body: { variantId, quantity } }))
    if (done) announce(`${name} is in your basket. ${count.value} in total.`)
    else announce(problem.value)
    return done
  }

  async function setQuantity(line: CartLine, quantity: number) {
    const path = `/api/cart/items/${line.id}`
    wanted.value = { ...wanted.value, [line.id]: quantity }
    const done = await attempt(async () => {
      if (wanted.value[line.id] !== quantity && cart.value) return cart.value
      return quantity ? await api<Cart>(path, { method: 'PATCH', body: { quantity } }) : await api<Cart>(path, { method: 'DELETE' })
    })
    if (wanted.value[line.id] === quantity) {
      wanted.value = Object.fromEntries(Object.entries(wanted.value).filter(([id]) => id !== line.id))
      announce(done ? `${line.name}: ${quantity || 'removed'}. ${count.value} in your basket.` : problem.value)
    }
    return done
  }

  async function remove(line: CartLine) {
    removed.value = line
    if (!await setQuantity(line, 0)) removed.value = null
  }

  async function undo() {
    const line = removed.value
    removed.value = null
    if (line) await add(line.variantId, line.quantity, line.name)
  }

  return { cart, lines, count, busy, problem, removed, drawerOpen, refresh, add, setQuantity, remove, undo }
}
