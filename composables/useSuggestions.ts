import type { Picture, ProductList, Suggestions } from '#shared/schemas/products'

export interface SearchOption {
  group: string
  text: string
  to: string | { path: string, query: { q: string } }
  /** Of a product. */
  thing?: { image: Picture | null, priceMinor: number, from: boolean }
  recent?: true
}

const waitMs = 140
const searchFor = (q: string) => ({ path: '/search', query: { q } })

function optionOf(group: string, { slug, name, image, priceMinor, maxPriceMinor }: Suggestions['items'][number]): SearchOption {
  return { group, text: name, to: `/products/${slug}`, thing: { image, priceMinor, from: maxPriceMinor > priceMinor } }
}

/** What a search box offers for what is typed into it; of answers that overtake each other only the last question's counts. */
export function useSuggestions() {
  const api = useApi()
  const options = ref<SearchOption[]>([])
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function clear() {
    clearTimeout(timer)
    asked++
    options.value = []
  }

  /** Answers of a question that is not the latest any more are dropped; one that fails offers nothing. */
  async function answer(load: () => Promise<SearchOption[]>) {
    const mine = ++asked
    const found = await load().catch(() => [])
    if (mine === asked) options.value = found
  }

  const typed = (q: string) => answer(async () => {
    const { items, categories, searches } = await api<Suggestions>('/api/products/suggest', { query: { q: q.slice(0, 60) }, timeoutMs: 3000 })
    return [
      ...items.slice(0, 5).map(item => optionOf('Things', item)),
      ...categories.map(({ slug, name }): SearchOption => ({ group: 'Kinds', text: name, to: `/categories/${slug}` })),
      ...searches.map((text): SearchOption => ({ group: 'Searches', text, to: searchFor(text) })),
    ]
  })

  /** For an empty box: what was looked for before, and what others buy. */
  function offer() {
    clear()
    const recent = readRecent().map((text): SearchOption => ({ group: 'Recent searches', text, to: searchFor(text), recent: true }))
    options.value = recent
    return answer(async () => {
      const { items } = await api<ProductList>('/api/products', { query: { sort: 'popular', inStock: '1', limit: 4 }, timeoutMs: 3000 }).catch(() => ({ items: [] }))
      return [...recent, ...items.map(item => optionOf('Often bought', item))]
    })
  }

  function suggest(text: string) {
    clearTimeout(timer)
    const q = text.trim()
    if (q.length === 0) return void offer()
    // What is there stays until the answer: a list that goes and comes with each letter cannot be read.
    asked++
    if (q.length < 2) return clear()
    timer = setTimeout(() => void typed(q), waitMs)
  }

  function forget(search?: string) {
    forgetRecent(search)
    options.value = options.value.filter(option => !option.recent || (search !== undefined && option.text !== search))
  }

  onUnmounted(clear)
  return { options, suggest, clear, forget }
}
