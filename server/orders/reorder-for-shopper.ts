import type { H3Event } from 'h3'
import type { Reorder } from '../../shared/schemas/orders.ts'
import { ensureShopper, ownerOf } from '../auth/index.ts'
import { ownerIdOf } from '../cart/index.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { notFound } from '../platform/http/app-error.ts'
import { findOrder } from './db/queries.ts'
import { reorderInto } from './reorder.ts'

/** Puts an order's things into the caller's own cart; who comes by a guest's link gets one, and a stranger gets nothing. @throws {AppError} as `reorderInto` */
export async function reorderForShopper(event: H3Event, id: string, reader: { ownerId: string | null, token: string | null }): Promise<Reorder> {
  const db = databaseFor(event)
  if (!await db.read(replica => findOrder(replica, id, reader))) throw notFound('order')
  const cartOwnerId = ownerIdOf(ownerOf(await ensureShopper(event)))
  return db.write(tx => reorderInto(tx, cartOwnerId, id, reader))
}
