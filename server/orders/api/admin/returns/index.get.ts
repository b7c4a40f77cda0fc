import { defineEventHandler } from 'h3'
import { type ReturnList, returnListQuery } from '../../../../../shared/schemas/returns.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { decodeCursor, encodeCursor } from '../../../../platform/http/cursor.ts'
import { readQuery } from '../../../../platform/http/input.ts'
import { listAllReturns } from '../../../db/return-queries.ts'

export default defineEventHandler(async (event): Promise<ReturnList> => {
  await requireAdmin(event)
  const { status = null, limit, cursor } = readQuery(event, returnListQuery)
  const after = decodeCursor('newest', cursor)
  const rows = await databaseFor(event).read(db => listAllReturns(db, { status, after, limit: limit + 1 }))
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(({ place: _, ...item }) => item), nextCursor: rows.length > limit && last ? encodeCursor('newest', [last.place, last.id]) : null }
})
