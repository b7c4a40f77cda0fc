import type { MaybeRefOrGetter } from 'vue'
import type { NuxtApp } from '#app'

/** What the error page needs to know of a failed load. Nuxt gives a load without an answer a status of 500; its cause has none. */
function pageErrorOf({ cause, ...error }: { statusCode?: number, data?: unknown, cause?: unknown }) {
  const { statusCode } = (cause ?? error) as { statusCode?: number }
  const status = statusCode && statusCode >= 400 ? statusCode : 503
  return createError({ statusCode: status, statusMessage: status === 404 ? 'Not found' : 'Unavailable', data: error.data, fatal: true })
}

/**
 * A page's main data: awaited on the server, a skeleton in the browser while `data` is empty.
 * A failed load becomes the error page with the same status; a load refused in the browser keeps what was there.
 * @param options
 * @param options.kept what is shown at once, without a load, when there is such a thing
 * @param options.keepsLast whether what was shown stays when a load for another key fails; the page says so, by `error`
 */
export function usePageData<T>(key: MaybeRefOrGetter<string>, load: () => Promise<T>, { kept, keepsLast = false }: { kept?: (key: string) => T | undefined, keepsLast?: boolean } = {}) {
  const event = useRequestEvent()
  /** The last good answer, and what it answered: Nuxt empties `data` when a load fails. */
  let good: { key: string, data: T } | undefined
  const loading = useAsyncData(key, load, {
    lazy: true,
    default: () => (keepsLast || good?.key === toValue(key) ? good?.data : undefined),
    ...(kept && { getCachedData: (wanted: string, nuxtApp: NuxtApp, { cause }: { cause: string }) => (nuxtApp.isHydrating ? nuxtApp.payload.data[wanted] : cause === 'refresh:manual' ? undefined : kept(wanted)) }),
  })
  if (import.meta.client) {
    watch(loading.data, (data) => {
      good = data && { key: toValue(key), data: data as T }
    }, { immediate: true })
    watch(loading.error, (error) => {
      if (error && !loading.data.value) showError(pageErrorOf(error))
    })
  }
  const { data, error, status, refresh } = loading
  const settled = loading.then((loaded) => {
    if (import.meta.server && loaded.error.value) {
      const failure = pageErrorOf(loaded.error.value)
      if (failure.statusCode === 503 || failure.statusCode === 429) event?.node.res.setHeader('retry-after', '5')
      throw failure
    }
    return loaded
  })
  return Object.assign(settled, { data, error, status, refresh })
}
