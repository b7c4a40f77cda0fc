import type { ProductList } from '#shared/schemas/products'

const pageSize = 24
const text = (value: unknown) => (typeof value === 'string' && value.trim() ? value.trim() : undefined)
const pence = (value: unknown) => {
  const pounds = Number.parseFloat(text(value) ?? '')
  return pounds >= 0 ? Math.round(pounds * 100) : undefined
}

/**
 * A list of products that the URL describes: `colour`, `min` and `max` in pounds, `inStock=1`, `sort`, and `pages`,
 * how many pages of 24 are shown, so that a reload or a way back shows as much as before.
 */
export function useListing(scope: () => { category?: string, q?: string }) {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const failed = ref(false)
  const loadingMore = ref(false)

  const query = computed(() => ({
    ...scope(),
    colour: text(route.query.colour),
    minPrice: pence(route.query.min),
    maxPrice: pence(route.query.max),
    inStock: route.query.inStock === '1' ? '1' : undefined,
    sort: text(route.query.sort),
  }))
  const pages = computed(() => Math.min(20, Math.max(1, Number.parseInt(text(route.query.pages) ?? '1') || 1)))
  const filtered = computed(() => ['colour', 'min', 'max', 'inStock'].some(name => text(route.query[name])))

  async function load(): Promise<ProductList> {
    const first = await api<ProductList>('/api/products', { query: { ...query.value, facets: '1', limit: Math.min(96, pages.value * pageSize) } })
    while (first.nextCursor && first.items.length < pages.value * pageSize) {
      const next = await api<ProductList>('/api/products', { query: { ...query.value, limit: Math.min(96, pages.value * pageSize - first.items.length), cursor: first.nextCursor } })
      first.items.push(...next.items)
      first.nextCursor = next.nextCursor
    }
    return first
  }
  const listing = usePageData(() => `products:${JSON.stringify(query.value)}`, load)
  const { data, status } = listing

  /** The address of this list with one more page. */
  const moreLink = computed(() => ({ query: { ...route.query, pages: pages.value + 1 } }))

  async function more() {
    if (loadingMore.value || !data.value?.nextCursor) return
    loadingMore.value = true
    failed.value = false
    try {
      const next = await api<ProductList>('/api/products', { query: { ...query.value, limit: pageSize, cursor: data.value.nextCursor } })
      const known = new Set(data.value.items.map(item => item.id))
      data.value = { ...data.value, items: [...data.value.items, ...next.items.filter(item => !known.has(item.id))], nextCursor: next.nextCursor }
      await router.replace(moreLink.value)
    }
    catch {
      failed.value = true
    }
    finally {
      loadingMore.value = false
    }
  }

  /** Goes to the same list with other filters, from its first page. */
  function filter(changes: Record<string, string | undefined>) {
    const next = { ...route.query, pages: undefined, problem: undefined, ...changes }
    return router.push({ query: Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '' && value !== undefined)) })
  }

  const waiting = computed(() => (data.value ? 0 : pageSize))
  const settling = computed(() => status.value === 'pending' && !!data.value)
  return { listing, data, waiting, settling, filtered, failed, loadingMore, moreLink, more, filter }
}
