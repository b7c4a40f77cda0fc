import { defineEventHandler, setResponseStatus } from 'h3'
import { newPromotionBody, type Promotion } from '../../../../../shared/schemas/promotions.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { originOf } from '../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { createPromotion } from '../../../manage-promotions.ts'

export default defineEventHandler(async (event): Promise<Promotion> => {
  const { user } = await requireAdmin(event)
  const body = await readJson(event, newPromotionBody)
  const made = await databaseFor(event).write(tx => createPromotion(tx, body, { by: user.id, origin: originOf(event) }))
  setResponseStatus(event, 201)
  return made
})
