import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../../shared/schemas/cart.ts'
import type { DeskOrder } from '../../../../../../shared/schemas/desk.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { readId } from '../../../../../platform/http/input.ts'
import { readDeskOrder } from '../../../../desk/view-order.ts'

export default defineEventHandler(async (event): Promise<DeskOrder> => {
  await requireAdmin(event)
  return readDeskOrder(event, readId(event, identifier, 'id', 'order'))
})
