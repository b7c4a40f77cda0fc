import type { Cart, CartLine } from '#shared/schemas/cart'

/** What is done to the basket where it is shown. A refusal rolls back to what the server has, and says so in words. */
export function useCartChanges() {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const { cart, wanted, count, problem, attempt } = useCart()
  const removed = useState<CartLine[]>('cart-removed', () => [])

  /** Clicks in quick succession end at the last wish: those that it overtook while they waited are not sent. */
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

  const forget = (line: CartLine) => {
    removed.value = removed.value.filter(({ variantId }) => variantId !== line.variantId)
  }

  /** Takes a line out; `undo` puts it back. */
  async function remove(line: CartLine) {
    forget(line)
    removed.value = [...removed.value.slice(-2), line]
    if (!await setQuantity(line, 0) && cart.value?.lines.some(({ id }) => id === line.id)) forget(line)
  }

  /** Back in its old place with its old quantity, or as many as there still are. */
  async function undo(line: CartLine) {
    const { variantId, quantity, addedAt, name } = line
    let gone = false
    const done = await attempt(() => api<Cart>('/api/cart/items', { method: 'POST', body: { variantId, quantity, addedAt, orFewer: true } }).catch((error: { statusCode?: number, data?: { code?: string } }) => {
      gone = error.statusCode === 404 || error.data?.code === 'orders/out-of-stock'
      throw error
    }))
    if (done || gone) forget(line)
    if (gone) problem.value = `${name} can’t come back: somebody else has taken the last one meanwhile.`
    announce(done ? `${name} is back. ${count.value} in your basket.` : problem.value)
    return done
  }

  /** Takes out what is no longer sold. */
  const discard = (id: string) => attempt(() => api<Cart>(`/api/cart/items/${id}`, { method: 'DELETE' }))

  /** Lowers what there are not enough of to what is left. */
  async function adjust() {
    const done = await attempt(() => api<Cart>('/api/cart/adjust', { method: 'POST', body: {} }))
    if (done) announce('There are fewer left than you wanted, so we changed the quantity.')
    return done
  }

  return { removed, setQuantity, remove, undo, forget, discard, adjust }
}
