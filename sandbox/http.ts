import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A request, read to its end. `path` has no query; `raw` is the body as text. */
export interface Call {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  raw: string
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Readable
}

export interface Route<Context> {
  method: string
  pattern: RegExp
  handle: (context: Context, params: Record<string, string>) => Answer
}

export class HttpError extends Error {
  status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Declares a route; `:name` in the path matches one segment and arrives, decoded, in `params`. */
export function route<Context>(method: string, path: string, handle: Route<Context>['handle']): Route<Context> {
  return { method, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`), handle }
}

/** Runs the first route that matches, in the order given; undefined when none does. */
export function dispatch<Context>(routes: Route<Context>[], method: string, path: string, context: Context): Answer | undefined {
  for (const candidate of routes) {
    if (candidate.method !== method) continue
    const match = candidate.pattern.exec(path)
    if (match) return candidate.handle(context, decodeSegments(match.groups ?? {}))
  }
  return undefined
}

function decodeSegments(groups: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, segment]) => [name, decodeURIComponent(segment)]))
  }
  catch {
    throw new HttpError(400, 'the path is not valid percent-encoding')
  }
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(value) }
}

/** An RFC 9457 problem, for every surface that does not speak the payment gateway's own error shape. */
export function problem(status: number, code: string, detail: string, extra: Record<string, unknown> = {}): Answer {
  return json(status, { type: 'about:blank', title: code, status, detail, code, ...extra }, { 'content-type': 'application/problem+json' })
}

export function html(body: string): Answer {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}

/** Parses a JSON body. @throws HttpError 400 */
export function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw)
  }
  catch {
    throw new HttpError(400, 'the body is not JSON')
  }
}

/** Splits the target by hand: `new URL` throws on targets that scanners send, such as `//`. */
export function parseTarget(target: string): { path: string, query: URLSearchParams } {
  const mark = target.indexOf('?')
  return mark < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) }
}

/** Reads the body as text. @throws HttpError 413 past `limitBytes` */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > limitBytes) throw new HttpError(413, `the body is over ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Writes the answer. A client that has left ends a streamed body early, which is no error of ours. */
export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if (response.destroyed) return
  response.writeHead(answer.status, answer.headers)
  if (typeof answer.body === 'string') {
    response.end(answer.body)
    return
  }
  await pipeline(answer.body, response).catch(() => response.destroy())
}
