import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { type DeadLetterList, deadLetterStatuses } from '../../../../../shared/schemas/operations.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readQuery } from '../../../../platform/http/input.ts'
import { listDeadLetters } from '../../../../platform/outbox/dead-letters.ts'
import { countDeadLetters } from '../../../db/queries.ts'
import { letterId, letterView } from '../../../decide-letter.ts'

const query = z.object({
  status: z.enum(deadLetterStatuses).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
  cursor: z.string().max(40).transform(cursor => Buffer.from(cursor, 'base64url').toString('utf8')).pipe(letterId).transform(Number).optional(),
})

export default defineEventHandler(async (event): Promise<DeadLetterList> => {
  await requireAdmin(event)
  const { status = null, limit, cursor: beforeId = null } = readQuery(event, query)
  return databaseFor(event).read(async (db) => {
    const rows = await listDeadLetters(db, { status, beforeId, limit: limit + 1 })
    const items = rows.slice(0, limit).map(letterView)
    return { items, nextCursor: rows.length > limit ? Buffer.from(items.at(-1)!.id).toString('base64url') : null, counts: await countDeadLetters(db) }
  })
})
