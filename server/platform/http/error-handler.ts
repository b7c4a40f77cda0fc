/**
 * The one place where an error becomes HTTP: RFC 9457 problem details for `/api` and machine routes.
 * Pages go on to Nuxt's own handler, which renders `error.vue`.
 *
 * @pattern problem-details
 */
import { type H3Error, type H3Event, setResponseHeader, setResponseHeaders, setResponseStatus } from 'h3'
import type { Problem } from '../../../shared/schemas/problem.ts'
import { requestFields } from '../telemetry/access-log.ts'
import { traceIdOf } from '../telemetry/trace-context.ts'
import { AppError } from './app-error.ts'

const titles: Record<number, string> = {
  400: 'That request is not usable',
  403: 'That is not allowed',
  404: 'There is nothing here',
  405: 'That method is not allowed here',
  413: 'That is too large',
  414: 'That address is too long',
  429: 'That was a lot at once',
  431: 'That is too much beside the request',
  500: 'Something broke on our side',
  503: 'The shop is busy',
}

function appErrorOf(error: unknown): AppError {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    if (current instanceof AppError) return current
  }
  const status = (error as H3Error).statusCode ?? 500
  const known = status in titles ? status : status >= 500 ? 500 : 400
  return new AppError({ code: `platform/http-${known}`, status: known, title: titles[known]! })
}

export default async function errorHandler(error: H3Error, event: H3Event) {
  const appError = appErrorOf(error)
  const traceId = traceIdOf(event.context.traceparent)
  if (appError.statusCode >= 500) {
    event.context.platform?.log.error('request failed', { error, path: event.path.split('?')[0], ...requestFields(event) })
  }
  if (appError.retryAfterS !== undefined) setResponseHeader(event, 'retry-after', appError.retryAfterS)
  if (appError.replayed) setResponseHeader(event, 'idempotency-replayed', 'true')
  // A missing file is no page either: rendering one for it would be the dearest answer that has no limit.
  if (!/^\/(?:api|pictures|_nuxt)/.test(event.path)) {
    // Nuxt renders the page. What is not handled it would print, on several lines and with the address, in which a token may stand.
    error.unhandled = false
    error.fatal = false
    error.message = appError.title
    error.statusCode = appError.statusCode
    error.statusMessage = appError.title
    error.data = { code: appError.code, detail: appError.detail }
    return
  }
  const problem: Problem = {
    type: `/problems/${appError.code}`,
    title: appError.title,
    status: appError.statusCode,
    detail: appError.detail,
    code: appError.code,
    traceId: traceId ?? '',
    ...(appError.errors && { errors: appError.errors }),
  }
  setResponseStatus(event, appError.statusCode)
  setResponseHeaders(event, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  event.node.res.end(JSON.stringify(problem))
}
