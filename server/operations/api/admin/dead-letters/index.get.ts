import { defineEventHandler } from 'h3'
import type { DeadLetterList } from '../../../../../shared/schemas/operations.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readQuery } from '../../../../platform/http/input.ts'
import { listDeadLetters } from '../../../../platform/outbox/dead-letters.ts'
import { countDeadLetters } from '../../../db/queries.ts'
import { letterListQuery, letterView } from '../../../decide-letter.ts'

export default defineEventHandler(async (event): Promise<DeadLetterList> => {
  await requireAdmin(event)
  const { status = null, limit, cursor: beforeId = null } = readQuery(event, letterListQuery)
  return databaseFor(event).read(async (db) => {
    const rows = await listDeadLetters(db, { status, beforeId, limit: limit + 1 })
    const items = rows.slice(0, limit).map(letterView)
    return { items, nextCursor: rows.length > limit ? Buffer.from(items.at(-1)!.id).toString('base64url') : null, counts: await countDeadLetters(db) }
  })
})
