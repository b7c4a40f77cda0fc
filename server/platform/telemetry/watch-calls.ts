/**
 * Spans of what a request asks of Redis and of the outside world, from the channels that ioredis and Node's fetch publish on:
 * nothing is patched, so nothing need be loaded before the application. A command's arguments, an address' query and a body
 * are never looked at.
 */
import diagnostics from 'node:diagnostics_channel'
import type { Span, Tracer } from './spans.ts'

interface RedisCommand { command: string }
interface FetchRequest { method: string, origin: string | URL, path: string, addHeader(name: string, value: string): void }

/** `/v1/payment_intents/pi_3x9/capture` names an order's payment: only what every call of its kind has in common is kept. */
export const templateOf = (path: string): string => path.split('?', 1)[0]!.split('/').map(part => (/\d|[^\w.-]/.test(part) && !/^v\d+$/.test(part) ? '{id}' : part)).join('/')

function watchRedis(tracer: Tracer): () => void {
  const spans = new WeakMap<object, Span>()
  const channel = diagnostics.tracingChannel<unknown, RedisCommand>('ioredis:command')
  const handlers = {
    start(call: RedisCommand) {
      if (!tracer.current()?.recorded) return
      const name = call.command.toUpperCase()
      spans.set(call, tracer.start(name, { kind: 'client', attributes: { 'db.system.name': 'redis', 'db.operation.name': name } }))
    },
    end() {},
    asyncStart() {},
    asyncEnd(call: RedisCommand & { error?: unknown }) {
      spans.get(call)?.end(call.error === undefined ? undefined : { error: call.error })
    },
    error() {},
  }
  channel.subscribe(handlers)
  return () => void channel.unsubscribe(handlers)
}

function watchFetch(tracer: Tracer): () => void {
  const spans = new WeakMap<object, Span>()
  const on = <T>(name: string, told: (message: T) => void) => {
    const listener = (message: unknown) => told(message as T)
    diagnostics.subscribe(name, listener)
    return () => diagnostics.unsubscribe(name, listener)
  }
  const stops = [
    on<{ request: FetchRequest }>('undici:request:create', ({ request }) => {
      const caller = tracer.current()
      if (!caller) return
      // That the trace was left out is for the next one to know, too.
      if (!caller.recorded) return request.addHeader('traceparent', caller.traceparent)
      const { hostname, port } = new URL(request.origin)
      const template = templateOf(request.path)
      const span = tracer.start(`${request.method} ${template}`, {
        kind: 'client',
        attributes: { 'http.request.method': request.method, 'url.template': template, 'server.address': hostname, ...(port && { 'server.port': Number(port) }) },
      })
      spans.set(request, span)
      request.addHeader('traceparent', span.traceparent)
    }),
    on<{ request: FetchRequest, response: { statusCode: number } }>('undici:request:headers', ({ request, response }) => spans.get(request)?.set({ 'http.response.status_code': response.statusCode })),
    on<{ request: FetchRequest }>('undici:request:trailers', ({ request }) => spans.get(request)?.end()),
    on<{ request: FetchRequest, error: unknown }>('undici:request:error', ({ request, error }) => spans.get(request)?.end({ error })),
  ]
  return () => stops.forEach(stop => stop())
}

/** Answers how to stop. Only what happens within a span makes one. */
export function watchCalls(tracer: Tracer): () => void {
  const stops = [watchRedis(tracer), watchFetch(tracer)]
  return () => stops.forEach(stop => stop())
}
