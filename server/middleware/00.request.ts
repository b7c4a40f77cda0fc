import { randomUUID } from 'node:crypto'
import { defineEventHandler, getHeader, setResponseHeader } from 'h3'
import { rememberTiming } from '../platform/telemetry/current-timing.ts'
import { ServerTiming } from '../platform/telemetry/server-timing.ts'
import { continueTrace } from '../platform/telemetry/trace-context.ts'

/** Gives every request its id and its stopwatch, which come back as headers, and its place in a trace. */
export default defineEventHandler((event) => {
  const given = getHeader(event, 'x-request-id') ?? ''
  event.context.requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
  event.context.traceparent = continueTrace(getHeader(event, 'traceparent'))
  event.context.timing ??= new ServerTiming()
  rememberTiming(event.context.timing)
  setResponseHeader(event, 'x-request-id', event.context.requestId)
})
