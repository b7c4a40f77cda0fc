import type { OrderEventView } from '../../shared/schemas/orders.ts'
import type { Database } from '../platform/db/database.ts'
import { type Lsn, positionOf } from '../platform/db/lsn.ts'
import type { Listener } from '../platform/realtime/listener.ts'
import { listEvents } from './db/queries.ts'

export interface Follower {
  afterId: number
  send(message: OrderEventView & { lsn: Lsn }): Promise<unknown>
  ping(): Promise<unknown>
}

const pollMs = 15_000

/** Sends each new step of an order until it is told to stop. Steps come from the primary, so none is missed behind a slow replica. */
export function followOrder({ database, listener }: { database: Pick<Database, 'fresh'>, listener: Listener }, orderId: string, follower: Follower): () => void {
  let afterId = follower.afterId
  let stopped = false
  let wanted = false
  let running: Promise<void> | null = null
  let again: NodeJS.Timeout | undefined

  async function catchUp() {
    while (wanted && !stopped) {
      wanted = false
      const { events, lsn } = await database.fresh(async db => ({
        events: await listEvents(db, orderId, afterId),
        lsn: await positionOf(db),
      }))
      for (const event of events) {
        await follower.send({ ...event, lsn })
        afterId = Number(event.id)
      }
    }
  }
  function wake() {
    wanted = true
    clearTimeout(again)
    // What could not be read is asked for again, long before the poll.
    running ??= catchUp().catch(() => {
      again = setTimeout(wake, 1_000)
    }).finally(() => {
      running = null
    })
  }
  const ignore = listener.on('order_events', (payload) => {
    if (payload === null || payload === orderId) wake()
  })
  const poll = setInterval(() => {
    follower.ping().catch(() => {})
    wake()
  }, pollMs)
  wake()
  return () => {
    stopped = true
    ignore()
    clearInterval(poll)
    clearTimeout(again)
  }
}
