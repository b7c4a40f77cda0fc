// Replaces ofetch in the browser (see nuxt.config.ts): what useApi and useFetch need of it, with the same errors, in a
// quarter of the bytes. The server keeps ofetch, which calls our own routes without a socket.

interface FetchOptions {
  method?: string
  body?: unknown
  query?: Record<string, unknown>
  params?: Record<string, unknown>
  headers?: HeadersInit
  signal?: AbortSignal
  timeout?: number
  retry?: number | false
  retryDelay?: number
  cache?: RequestCache
}

/** An answer that is no success, or none at all: then `statusCode` is undefined. */
export class FetchError extends Error {
  statusCode?: number
  statusMessage?: string
  data?: unknown

  constructor(message: string, answer: { statusCode?: number, statusMessage?: string, data?: unknown } = {}) {
    super(message)
    this.name = 'FetchError'
    Object.assign(this, answer)
  }
}

/** Worth another try, for who allows one. */
const passing = [408, 409, 425, 429, 500, 502, 503, 504]

function addressOf(path: string, query: Record<string, unknown> = {}): string {
  // A list is its name again for each of its values.
  const words = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => [value].flat().filter(one => one !== undefined && one !== null).map(one => [name, String(one)]))).toString()
  return words ? `${path}${path.includes('?') ? '&' : '?'}${words}` : path
}

async function once(path: string, { method = 'GET', body, query, params, headers, signal, timeout, cache }: FetchOptions): Promise<unknown> {
  const sent = new Headers(headers)
  const plain = body !== undefined && typeof body !== 'string' && !(body instanceof FormData) && !(body instanceof Blob)
  if (plain && !sent.has('content-type')) sent.set('content-type', 'application/json')
  if (!sent.has('accept')) sent.set('accept', 'application/json')
  const ends = [signal, timeout && AbortSignal.timeout(timeout)].filter(one => !!one)
  // Safari before 17.4 and Firefox 115 have no `any`; the shop's own calls bring no second end.
  const response = await fetch(addressOf(path, { ...params, ...query }), { method, headers: sent, cache, body: plain ? JSON.stringify(body) : body as BodyInit | undefined, signal: ends.length > 1 ? AbortSignal.any(ends) : ends[0] })
    .catch((cause: Error) => {
      throw new FetchError(`[${method}] "${path}": ${cause.message}`)
    })
  const text = await response.text()
  const data: unknown = /json/.test(response.headers.get('content-type') ?? '') && text ? JSON.parse(text) : text || undefined
  if (!response.ok) throw new FetchError(`[${method}] "${path}": ${response.status}`, { statusCode: response.status, statusMessage: response.statusText, data })
  return data
}

async function request(path: string, options: FetchOptions = {}): Promise<unknown> {
  const reads = ['GET', 'HEAD'].includes(options.method ?? 'GET')
  for (let left = options.retry ?? (reads ? 1 : 0); ; left = Number(left) - 1) {
    try {
      return await once(path, options)
    }
    catch (error) {
      const { statusCode } = error as FetchError
      if (Number(left) <= 0 || options.signal?.aborted || (statusCode && !passing.includes(statusCode))) throw error
      await new Promise(resolve => setTimeout(resolve, options.retryDelay ?? 0))
    }
  }
}

export const $fetch = Object.assign(request, { create: () => $fetch })
