import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../../shared/schemas/cart.ts'
import { type ModeratedReview, publishBody } from '../../../../../../shared/schemas/reviews.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { originOf } from '../../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { decide } from '../../../../moderate.ts'

export default defineEventHandler(async (event): Promise<ModeratedReview> => {
  const { user } = await requireAdmin(event)
  const id = readId(event, identifier, 'id', 'review')
  const { revision } = await readJson(event, publishBody)
  return databaseFor(event).write(tx => decide(tx, id, { revision, reason: null, by: user.id, origin: originOf(event) }))
})
