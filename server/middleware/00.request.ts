import { randomUUID } from 'node:crypto'
import { defineEventHandler, getHeader, setResponseHeader } from 'h3'
import { rememberTiming } from '../platform/telemetry/current-timing.ts'
import { traceRequest } from '../platform/telemetry/request-span.ts'
import { ServerTiming } from '../platform/telemetry/server-timing.ts'

/** Gives every request its id and its stopwatch, which come back as headers, and its place in a trace. */
export default defineEventHandler((event) => {
  const given = getHeader(event, 'x-request-id') ?? ''
  event.context.requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
  event.context.traceparent = traceRequest(event, event.context.requestId)
  event.context.timing ??= new ServerTiming()
  rememberTiming(event.context.timing)
  setResponseHeader(event, 'x-request-id', event.context.requestId)
})
