/**
 * An order's timeline as it happens (server-sent events).
 *
 * Prevents: a watching page that polls, misses a step while its laptop slept, or reads a replica that is behind what it
 * was just told.
 * Guarantees: every step is sent once per connection, in order; `Last-Event-ID` resumes after the last one seen; each
 * message carries the log position (`lsn`) to read after. Woken by NOTIFY, with a slow poll behind it. A process that
 * leaves says so, and when to come back.
 *
 * @pattern server-sent-events
 */
import { createEventStream, defineEventHandler, getHeader, getQuery, setResponseHeader } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { readId } from '../../../../platform/http/input.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { findOrder } from '../../../db/queries.ts'
import { followOrder } from '../../../follow-order.ts'
import { orderReader } from '../../../order-reader.ts'

export default defineEventHandler(async (event) => {
  const id = readId(event, identifier, 'id', 'order')
  const reader = await orderReader(event)
  const order = await databaseFor(event).read(db => findOrder(db, id, reader))
  if (!order) throw notFound('order')
  // A page that opens a new stream can send no header, so it says the same in the address.
  const lastSeen = Number(getHeader(event, 'last-event-id') ?? getQuery(event).after ?? 0)
  setResponseHeader(event, 'x-accel-buffering', 'no')
  if (event.context.headOnly) {
    setResponseHeader(event, 'content-type', 'text/event-stream')
    return ''
  }

  const stream = createEventStream(event)
  const { database, listener, lifecycle } = event.context.platform
  const stop = followOrder({ database, listener }, id, {
    afterId: Number.isSafeInteger(lastSeen) && lastSeen > 0 ? lastSeen : 0,
    send: message => stream.push({ id: message.id, event: 'message', data: JSON.stringify(message), retry: 2_000 }),
    ping: () => stream.push({ event: 'ping', data: '' }),
  })
  const forget = lifecycle.beforeClose(() => {
    stop()
    // Spread over three seconds, or all that this process served would come to the next one at once.
    void stream.push({ event: 'leaving', data: '', retry: 500 + Math.floor(Math.random() * 2_500) }).then(() => stream.close())
  })
  stream.onClosed(async () => {
    stop()
    forget()
    await stream.close()
  })
  const sending = stream.send()
  // Who resumes after the last step would otherwise not hear that they are connected until the next one.
  event.node.res.flushHeaders()
  return sending
})
