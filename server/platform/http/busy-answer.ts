/** What somebody is told whom we have no time for: nothing is rendered, logged or asked for it. */
import { type H3Event, setResponseHeaders, setResponseStatus } from 'h3'
import type { Problem } from '../../../shared/schemas/problem.ts'
import { traceIdOf } from '../telemetry/trace-context.ts'
import { AppError } from './app-error.ts'
import { refuseInWords } from './refusal-page.ts'

const inWords = {
  statusCode: 503,
  title: 'A lot of people, one small shop.',
  detail: 'More are looking around than we can serve at once, so the shelves wait for a moment. Your basket is kept, and paying goes on.',
}

/** Thrown where an admitted request turns out to need what there is no time for; `answerBusy` says it. */
export const overloaded = () => new AppError({
  code: 'platform/overloaded',
  status: 503,
  title: 'The shop is busy',
  detail: 'More is asked of the shop than it can answer. Nothing was done; please try again in a few seconds.',
})

export const isOverloaded = (error: unknown) => error instanceof AppError && error.code === 'platform/overloaded'

/** Two to eight seconds, so that those who were refused together do not come back together. */
const somewhatLater = () => 2 + Math.floor(Math.random() * 7)

/** Answers 503 with `Retry-After`: problem details for `/api` and pictures, a page for people. Answers the body. */
export function answerBusy(event: H3Event): string {
  const retryAfterS = somewhatLater()
  if (!event.path.startsWith('/api') && !event.path.startsWith('/pictures')) return refuseInWords(event, { ...inWords, retryAfterS })
  const { code, title, detail } = overloaded()
  const problem: Problem = { type: `/problems/${code}`, title, status: 503, detail, code, traceId: traceIdOf(event.context.traceparent) ?? '' }
  setResponseStatus(event, 503)
  setResponseHeaders(event, { 'retry-after': retryAfterS, 'cache-control': 'no-store', 'content-type': 'application/problem+json' })
  return JSON.stringify(problem)
}
