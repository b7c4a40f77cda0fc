import { defineEventHandler } from 'h3'
import { type Promotion, promotionId } from '../../../../../../shared/schemas/promotions.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { originOf } from '../../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../platform/http/input.ts'
import { endPromotion } from '../../../../manage-promotions.ts'

export default defineEventHandler(async (event): Promise<Promotion> => {
  const { user } = await requireAdmin(event)
  const id = readId(event, promotionId, 'id', 'promo code')
  return databaseFor(event).write(tx => endPromotion(tx, id, { by: user.id, origin: originOf(event) }))
})
