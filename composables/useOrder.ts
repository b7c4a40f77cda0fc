import type { Order } from '#shared/schemas/orders'

/**
 * An order that moves by itself: its data, what happened while nobody looked, and whether the shop can be heard.
 * @param token the right of a guest, from the confirmation link
 */
export function useOrder(id: string, token: string | undefined) {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const loading = usePageData(`order:${id}`, () => api<Order>(`/api/orders/${id}`, { query: { token } }))
  const order = loading.data
  /** Between the last look and the next: after which step, and until when by the shop's clock. */
  const away = ref<{ after: number, until: string } | null>(null)
  const missed = computed(() => (order.value?.events ?? []).filter(({ id, at }) => away.value && Number(id) > away.value.after && at <= away.value.until))
  let left: number | null = null
  const lastId = () => Number(order.value?.events.at(-1)?.id ?? 0)

  async function look(lsn?: string) {
    // The answer may not be older than the event that woke us.
    const headers: Record<string, string> = lsn ? { 'x-read-after': lsn } : {}
    const fresh = await api<Order>(`/api/orders/${id}`, { query: { token }, headers }).catch(() => null)
    if (fresh) show(fresh)
    return fresh
  }

  /** Answers overtake each other: one that knows fewer steps is older. */
  function show(answer: Order) {
    if (answer.events.length >= (order.value?.events.length ?? 0)) order.value = answer
  }

  async function onNews(event: OrderNews) {
    if (order.value?.events.some(known => known.id === event.id)) return
    if (order.value) {
      order.value = { ...order.value, status: event.status, events: [...order.value.events, event] }
      announce(`Your order: ${statusWords[event.status].short}`)
    }
    await look(event.lsn)
  }

  function onAway() {
    left ??= lastId()
  }
  /** The answer may be of a replica that is a moment behind; then the stream brings the rest, and it counts as missed all the same. */
  async function onBack() {
    const after = left ?? lastId()
    const fresh = await look()
    if (!fresh) return
    left = null
    away.value = { after, until: fresh.asOf }
  }
  watch(missed, (steps, before) => {
    if (steps.length > 0 && steps.length !== before.length) announce(`While you were away: ${steps.map(eventWords).join(', ')}`)
  })

  const { connected } = useOrderEvents(`/api/orders/${id}/events${token ? `?token=${encodeURIComponent(token)}` : ''}`, {
    status: () => order.value?.status,
    lastId: () => String(lastId()),
    onNews,
    onAway,
    onBack,
  })

  // What is late is a matter of time, not of news: while something is awaited the shop is asked again now and then.
  let timer: ReturnType<typeof setInterval> | undefined
  const waiting = () => order.value && (order.value.status === 'pending' || (order.value.hasInvoice && !order.value.confirmedAt && ['paid', 'fulfilling'].includes(order.value.status)))
  onMounted(() => {
    timer = setInterval(() => {
      if (waiting() && document.visibilityState === 'visible') void look()
    }, 30_000)
  })
  onBeforeUnmount(() => clearInterval(timer))
  return { order, connected, missed, look, show, loading }
}
