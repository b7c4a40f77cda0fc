import type { z } from 'zod'
import type { Outbound } from './outbound.ts'
import { readRetryAfterMs } from './retry-after.ts'

export class ForeignAnswerError extends Error {
  override name = 'ForeignAnswerError'
  readonly status: number
  /** How long the service asks to be left alone. */
  readonly retryAfterMs: number | null

  constructor(message: string, status: number, retryAfterMs: number | null = null) {
    super(message)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

export interface ForeignRequest {
  url: string
  method?: 'GET' | 'POST' | 'PUT'
  headers?: Record<string, string>
  body?: unknown
  repeatable?: boolean
  maxBytes?: number
}

/** The same answer, whose body fails once it is larger than `maxBytes`: one without an end must not fill our memory. */
export function bounded(response: Response, maxBytes: number): Response {
  let size = 0
  const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      size += chunk.byteLength
      if (size > maxBytes) throw new ForeignAnswerError(`an answer of more than ${maxBytes} bytes`, response.status)
      controller.enqueue(chunk)
    },
  })
  return response.body ? new Response(response.body.pipeThrough(count), response) : response
}

/**
 * Asks a foreign service for JSON behind its guards, bounds the answer's size and checks its shape, so that
 * what comes back is one of our own types or an error.
 * @throws {ForeignAnswerError} for an HTTP error, too many bytes, no JSON or another shape
 */
export function fetchJson<S extends z.ZodType>(outbound: Outbound, schema: S, request: ForeignRequest): Promise<z.output<S>> {
  const { url, method = 'GET', headers, body, repeatable = method === 'GET', maxBytes = 256_000 } = request
  return outbound.call(async (signal) => {
    const response = bounded(await fetch(url, {
      method,
      signal,
      redirect: 'error',
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    }), maxBytes)
    const text = await response.text()
    if (!response.ok) throw new ForeignAnswerError(`${method} answered ${response.status}`, response.status, readRetryAfterMs(response.headers))
    let value: unknown
    try {
      value = JSON.parse(text)
    }
    catch {
      throw new ForeignAnswerError('an answer that is not JSON', response.status)
    }
    const parsed = schema.safeParse(value)
    if (!parsed.success) throw new ForeignAnswerError(`an answer of another shape: ${parsed.error.issues[0]?.path.join('.')}`, response.status)
    return parsed.data
  }, { repeatable })
}
