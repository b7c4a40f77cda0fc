interface ApiOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: Record<string, unknown>
  query?: Record<string, string | number | string[] | undefined>
  headers?: Record<string, string>
  timeoutMs?: number
}
type Api = <T>(path: string, options?: ApiOptions) => Promise<T>
type RawFetch = (path: string, options: object) => Promise<unknown>

/**
 * Calls `/api`. Reads in the browser are tried twice, writes once; nothing waits longer than `timeoutMs` (10 s).
 * Rejects with a FetchError whose `data` is a Problem when the server said one.
 */
function apiOver(raw: RawFetch): Api {
  return async <T>(path: string, { timeoutMs = 10_000, ...options }: ApiOptions = {}) => {
    const retry = import.meta.client && (options.method ?? 'GET') === 'GET' ? 1 : 0
    return await raw(path, { ...options, timeout: timeoutMs, retry, retryDelay: 400 }) as T
  }
}

/** For what is the same for everybody: on the server it carries no cookie, so a shared page can't pick up a shopper. */
export function useApi(): Api {
  return apiOver($fetch as unknown as RawFetch)
}

/** For what belongs to one shopper: on the server it carries the request's cookie. Only for pages that are never shared. */
export function useShopperApi(): Api {
  return apiOver((import.meta.server ? useRequestFetch() : $fetch) as unknown as RawFetch)
}
