import type { ProductList } from '#shared/schemas/products'

const pageSize = 24
const sortNames = ['newest', 'popular', 'price-asc', 'price-desc', 'relevance']

interface Shown { list: ProductList, at: number }
/** The lists that this visit has shown, for the way back: a page that is as high as before at once can be scrolled to where it was. */
const shownBefore = new Map<string, Shown>()
const keepMs = 10 * 60_000
const freshMs = 30_000

const placeOf = (key: string, pages: number) => `${pages} ${key}`

function remember(key: string, list: ProductList) {
  const place = placeOf(key, Math.max(1, Math.ceil(list.items.length / pageSize)))
  shownBefore.delete(place)
  shownBefore.set(place, { list, at: Date.now() })
  if (shownBefore.size > 8) shownBefore.delete(shownBefore.keys().next().value!)
}

/**
 * A list of products that the URL describes: values of facets, `min` and `max` in pounds, `inStock=1`, `sort`, and `pages`,
 * how many pages of 24 are shown, so that a reload or a way back shows as much as before.
 */
export function useListing(scope: () => { category?: string, q?: string }) {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const failed = ref(false)
  const loadingMore = ref(false)

  const path = route.path
  const query = computed(() => {
    const { min, max } = priceRange(route.query)
    const chosen = choiceNames.map(name => [name, valuesOf(route.query, name)] as const).filter(([, values]) => values.length > 0)
    return {
      ...Object.fromEntries(chosen),
      ...scope(),
      minPrice: min,
      maxPrice: max,
      inStock: firstOf(route.query, 'inStock') === '1' ? '1' : undefined,
      sort: sortNames.find(name => name === firstOf(route.query, 'sort')),
    }
  })
  const pages = computed(() => Math.min(20, Math.max(1, Number.parseInt(firstOf(route.query, 'pages')) || 1)))
  const filtered = computed(() => filterNames.some(name => firstOf(route.query, name)))

  async function load(): Promise<ProductList> {
    const first = await api<ProductList>('/api/products', { query: { ...query.value, facets: '1', limit: Math.min(96, pages.value * pageSize) } })
    while (first.nextCursor && first.items.length < pages.value * pageSize) {
      const next = await api<ProductList>('/api/products', { query: { ...query.value, limit: Math.min(96, pages.value * pageSize - first.items.length), cursor: first.nextCursor } })
      first.items.push(...next.items)
      first.nextCursor = next.nextCursor
    }
    return first
  }
  const key = computed(() => `products:${JSON.stringify(query.value)}`)
  let keptAt = 0
  const listing = usePageData(key, load, {
    keepsLast: true,
    kept(wanted) {
      const kept = import.meta.client ? shownBefore.get(placeOf(wanted, pages.value)) : undefined
      if (!kept || Date.now() - kept.at > keepMs) return undefined
      keptAt = kept.at
      return kept.list
    },
  })
  const { data, status, refresh } = listing
  if (import.meta.client) {
    watch(data, list => list && status.value === 'success' && remember(key.value, list), { immediate: true })
    // Back on a list that this document never showed: where it was is known, but only now is the page high enough.
    const place: unknown = !useNuxtApp().isHydrating && !data.value && window.history.state?.scroll
    if (place) watch(data, () => window.scrollTo(place as ScrollToOptions), { once: true, flush: 'post' })
    onMounted(() => keptAt && Date.now() - keptAt > freshMs && refresh())
  }

  /** The address of this list with one more page. */
  const moreLink = computed(() => ({ query: { ...route.query, pages: String(pages.value + 1) } }))

  /** Appends a page. @returns what was added; nothing when it failed, was running, or there is no more. */
  async function more(): Promise<ProductList['items']> {
    if (loadingMore.value || !data.value?.nextCursor) return []
    loadingMore.value = true
    failed.value = false
    const asked = key.value
    try {
      const next = await api<ProductList>('/api/products', { query: { ...query.value, limit: pageSize, cursor: data.value.nextCursor } })
      // Another filter was chosen meanwhile: these belong to a list that is gone.
      if (asked !== key.value) return []
      const known = new Set(data.value.items.map(item => item.id))
      const added = next.items.filter(item => !known.has(item.id))
      data.value = { ...data.value, items: [...data.value.items, ...added], nextCursor: next.nextCursor }
      await router.replace(moreLink.value)
      return added
    }
    catch {
      failed.value = true
      return []
    }
    finally {
      loadingMore.value = false
    }
  }

  /** Goes to the same list with other filters, from its first page. */
  function filter(changes: Record<string, string | string[]>) {
    const { pages: _, problem: __, ...kept } = route.query
    const next: typeof route.query | typeof changes = { ...kept, ...changes }
    return router.push({ path, query: Object.fromEntries(Object.entries(next).filter(([, value]) => value && String(value))) })
  }

  const waiting = computed(() => (data.value ? 0 : pages.value * pageSize))
  const settling = computed(() => status.value === 'pending' && !!data.value)
  /** The list of before, as the one that the address means could not be fetched. */
  const outdated = computed(() => status.value === 'error' && !!data.value)
  return { listing, data, refresh, waiting, settling, outdated, filtered, failed, loadingMore, moreLink, more, filter }
}
