import { getHeader, type H3Event } from 'h3'
import { methodOf, routeLabel } from '../http/count-answer.ts'
import { isInternal } from '../http/internal-request.ts'
import { activeTracer } from './spans.ts'
import { continueTrace, readTraceparent, traceIdFrom } from './trace-context.ts'

/** Asked every half second by a balancer, and every few by Prometheus: their traces would bury everybody else's. */
const isProbe = (path: string) => /^\/(?:api\/health|metrics)(?:[/?]|$)/.test(path)

/**
 * Takes a request's place in a trace, and answers its traceparent. The caller's trace goes on where the header is valid; a new
 * one is named by the request's id where that has the form, which nginx' has. What a page asks of us while it is rendered is
 * the page's. Call it synchronously in a middleware.
 */
export function traceRequest(event: H3Event, requestId: string): string {
  const tracer = activeTracer()
  const header = getHeader(event, 'traceparent')
  if (!tracer || isProbe(event.path)) return continueTrace(header, requestId)
  if (isInternal(event)) return tracer.current()?.traceparent ?? continueTrace(header, requestId)
  const span = tracer.start(event.method, {
    kind: 'server',
    parent: readTraceparent(header) ? header : null,
    traceId: traceIdFrom(requestId),
    attributes: { 'http.request.method': event.method, 'request.id': requestId },
  })
  tracer.enter(span)
  const { res } = event.node
  res.once('close', () => {
    const route = routeLabel(event)
    const status = res.headersSent ? res.statusCode : 499
    span.rename(`${methodOf(event)} ${route}`)
    span.set({ 'http.route': route, 'http.response.status_code': status })
    span.end(status >= 500 ? { error: { name: String(status) } } : undefined)
  })
  return span.traceparent
}
