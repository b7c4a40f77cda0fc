import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import type { Reorder } from '../../../../../shared/schemas/orders.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readId } from '../../../../platform/http/input.ts'
import { orderReader } from '../../../order-reader.ts'
import { previewReorder } from '../../../reorder.ts'

export default defineEventHandler(async (event): Promise<Reorder> => {
  const id = readId(event, identifier, 'id', 'order')
  const reader = await orderReader(event)
  return databaseFor(event).read(db => previewReorder(db, id, reader))
})
