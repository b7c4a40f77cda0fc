import { defineEventHandler } from 'h3'
import { z } from 'zod'
import type { OrderList } from '../../../../shared/schemas/orders.ts'
import { findShopper, ownerOf } from '../../../auth/index.ts'
import { ownerIdOf } from '../../../cart/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts'
import { readQuery } from '../../../platform/http/input.ts'
import { listOrders } from '../../db/queries.ts'

const query = z.object({ limit: z.coerce.number().int().min(1).max(100).default(24), cursor: z.string().max(500).optional() })

export default defineEventHandler(async (event): Promise<OrderList> => {
  const { limit, cursor } = readQuery(event, query)
  const after = decodeCursor('newest', cursor)
  const shopper = await findShopper(event)
  if (!shopper) return { items: [], nextCursor: null }
  const rows = await databaseFor(event).read(db => listOrders(db, ownerIdOf(ownerOf(shopper)), { after, limit: limit + 1 }))
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(({ place: _, ...item }) => item), nextCursor: rows.length > limit && last ? encodeCursor('newest', [last.place, last.id]) : null }
})
