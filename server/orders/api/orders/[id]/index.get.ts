import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import type { Order } from '../../../../../shared/schemas/orders.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { readId } from '../../../../platform/http/input.ts'
import { findOrder, viewOrder } from '../../../db/queries.ts'
import { orderReader } from '../../../order-reader.ts'

export default defineEventHandler(async (event): Promise<Order> => {
  const id = readId(event, identifier, 'id', 'order')
  const reader = await orderReader(event)
  return databaseFor(event).read(async (db) => {
    const row = await findOrder(db, id, reader)
    if (!row) throw notFound('order')
    return viewOrder(db, row)
  })
})
