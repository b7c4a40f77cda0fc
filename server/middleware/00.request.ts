import { randomUUID } from 'node:crypto'
import { defineEventHandler, getHeader, setResponseHeader } from 'h3'
import { ServerTiming } from '../platform/telemetry/server-timing.ts'

/** Gives every request its id and its stopwatch; both come back as headers. */
export default defineEventHandler((event) => {
  const given = getHeader(event, 'x-request-id') ?? ''
  event.context.requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
  event.context.timing ??= new ServerTiming()
  setResponseHeader(event, 'x-request-id', event.context.requestId)
})
