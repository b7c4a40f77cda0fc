import type { H3Event } from 'h3'
import { methodOf, routeLabel } from '../http/count-answer.ts'
import type { Log } from './log.ts'
import { userIdOf } from './request-user.ts'
import { traceIdOf } from './trace-context.ts'

/** What every entry about a request has in common: which it was, in which trace, and who asked, where that is known. */
export const requestFields = (event: H3Event) => ({
  method: methodOf(event),
  route: routeLabel(event),
  requestId: event.context.requestId,
  traceId: traceIdOf(event.context.traceparent),
  userId: userIdOf(event),
})

/** One entry an answer, at the level of debugging; the route's pattern and not the path, which may hold a key to an order. */
export function logAnswer(event: H3Event, log: Log): void {
  const from = performance.now()
  const { res } = event.node
  res.once('close', () => log.debug('request', { ...requestFields(event), status: res.headersSent ? res.statusCode : 499, tookMs: Math.round(performance.now() - from) }))
}
