import { defineEventHandler } from 'h3'
import type { OrderList } from '../../../../shared/schemas/orders.ts'
import { pageQuery } from '../../../../shared/schemas/values.ts'
import { findShopper, ownerOf } from '../../../auth/index.ts'
import { ownerIdOf } from '../../../cart/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts'
import { readQuery } from '../../../platform/http/input.ts'
import { listOrders } from '../../db/queries.ts'

export default defineEventHandler(async (event): Promise<OrderList> => {
  const { limit, cursor } = readQuery(event, pageQuery)
  const after = decodeCursor('newest', cursor)
  const shopper = await findShopper(event)
  if (!shopper) return { items: [], nextCursor: null }
  const rows = await databaseFor(event).read(db => listOrders(db, ownerIdOf(ownerOf(shopper)), { after, limit: limit + 1 }))
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(({ place: _, ...item }) => item), nextCursor: rows.length > limit && last ? encodeCursor('newest', [last.place, last.id]) : null }
})
