import type { Database } from '../../server/platform/db/database.ts'
import type { Listener } from '../../server/platform/realtime/listener.ts'
import { listEvents } from '../../server/orders/db/queries.ts'

interface Follower { send(message: { id: string }): Promise<unknown> }

/** Passes on what happens while somebody is there; what happened before they came is gone. */
export function followLiveOnly({ database, listener }: { database: Pick<Database, 'fresh'>, listener: Listener }, orderId: string, { send }: Follower): () => void {
  return listener.on('order_events', (payload) => {
    if (payload !== orderId) return
    void database.fresh(db => listEvents(db, orderId)).then(events => send(events.at(-1)!))
  })
}
