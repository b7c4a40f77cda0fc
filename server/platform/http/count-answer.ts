import type { H3Event } from 'h3'
import type { Metrics } from '../telemetry/metrics.ts'

declare module 'h3' {
  interface H3EventContext {
    /** The pattern of the page that was rendered, such as `/products/:slug`; set by `plugins/page-pattern.server.ts`, and before the cache of pages. */
    pagePattern?: string
    /** The request is a HEAD that is answered as a GET; set by `middleware/40.methods.ts`. */
    headOnly?: boolean
  }
}

/** What matched, of which there are as many as there are files: never the path, which a stranger chooses. */
export function routeLabel({ path, context }: Pick<H3Event, 'path' | 'context'>): string {
  const matched = context.matchedRoute?.path
  // The renderer matches whatever nothing else did.
  if (matched === '/**') return context.pagePattern ?? 'page'
  // One that was answered from a cache got no further than that.
  return matched ?? context.pagePattern ?? (path.startsWith('/_nuxt/') ? '/_nuxt/**' : 'none')
}

/** The method that was asked with. */
export const methodOf = (event: H3Event): string => (event.context.headOnly ? 'HEAD' : event.method)

/** Counts the answer once it is over, however it ends: a visitor who leaves before the first byte counts as 499. */
export function countAnswer(event: H3Event, metrics: Pick<Metrics, 'countRequest'>): void {
  const { res } = event.node
  const from = performance.now()
  res.once('close', () => {
    const stream = String(res.getHeader('content-type') ?? '').startsWith('text/event-stream')
    metrics.countRequest({ method: methodOf(event), route: routeLabel(event), status: res.headersSent ? res.statusCode : 499, durationMs: stream ? null : performance.now() - from })
  })
}
