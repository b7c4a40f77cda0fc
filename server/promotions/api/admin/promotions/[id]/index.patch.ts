import { defineEventHandler } from 'h3'
import { type Promotion, promotionId, promotionRulesBody } from '../../../../../../shared/schemas/promotions.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { originOf } from '../../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { changePromotion } from '../../../../manage-promotions.ts'

export default defineEventHandler(async (event): Promise<Promotion> => {
  const { user } = await requireAdmin(event)
  const id = readId(event, promotionId, 'id', 'promo code')
  const rules = await readJson(event, promotionRulesBody)
  return databaseFor(event).write(tx => changePromotion(tx, id, rules, { by: user.id, origin: originOf(event) }))
})
