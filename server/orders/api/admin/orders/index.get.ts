import { defineEventHandler } from 'h3'
import { type DeskOrderList, deskOrderQuery } from '../../../../../shared/schemas/desk.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { decodeCursor, encodeCursor } from '../../../../platform/http/cursor.ts'
import { readQuery } from '../../../../platform/http/input.ts'
import { findOrders } from '../../../desk/find-orders.ts'

export default defineEventHandler(async (event): Promise<DeskOrderList> => {
  await requireAdmin(event)
  const { limit, cursor, ...wanted } = readQuery(event, deskOrderQuery)
  const after = decodeCursor('newest', cursor)
  const rows = await databaseFor(event).read(db => findOrders(db, { ...wanted, after, limit: limit + 1 }))
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(({ place: _, ...item }) => item), nextCursor: rows.length > limit && last ? encodeCursor('newest', [last.place, last.id]) : null }
})
