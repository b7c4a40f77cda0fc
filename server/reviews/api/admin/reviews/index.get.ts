import { defineEventHandler } from 'h3'
import { type ModerationList, moderationQuery } from '../../../../../shared/schemas/reviews.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { decodeCursor } from '../../../../platform/http/cursor.ts'
import { readQuery } from '../../../../platform/http/input.ts'
import { listQueue } from '../../../moderate.ts'

export default defineEventHandler(async (event): Promise<ModerationList> => {
  await requireAdmin(event)
  const { status = null, limit, cursor } = readQuery(event, moderationQuery)
  const after = decodeCursor('newest', cursor)
  return databaseFor(event).read(db => listQueue(db, { status, after, limit }))
})
