import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import type { Reorder } from '../../../../../shared/schemas/orders.ts'
import { readId, readNothing } from '../../../../platform/http/input.ts'
import { orderReader } from '../../../order-reader.ts'
import { reorderForShopper } from '../../../reorder-for-shopper.ts'

export default defineEventHandler(async (event): Promise<Reorder> => {
  const id = readId(event, identifier, 'id', 'order')
  await readNothing(event)
  return reorderForShopper(event, id, await orderReader(event))
})
