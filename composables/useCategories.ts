import type { CategoryList } from '#shared/schemas/products'

/** All categories, fetched once and shared by the header and the pages. */
export function useCategories() {
  const api = useApi()
  return useAsyncData('categories', () => api<CategoryList>('/api/categories'), {
    default: (): CategoryList => ({ items: [] }),
    dedupe: 'defer',
    getCachedData: (key, nuxtApp) => nuxtApp.payload.data[key],
  })
}
