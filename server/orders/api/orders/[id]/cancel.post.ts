import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import type { Order } from '../../../../../shared/schemas/orders.ts'
import { writeFor } from '../../../../platform/db/for-event.ts'
import { readId, readNothing } from '../../../../platform/http/input.ts'
import { cancelOrder } from '../../../cancel-order.ts'
import { orderReader } from '../../../order-reader.ts'
import { viewOwnOrder } from '../../../view-own-order.ts'

export default defineEventHandler(async (event): Promise<Order> => {
  const id = readId(event, identifier, 'id', 'order')
  await readNothing(event)
  const reader = await orderReader(event)
  const { stopShipment, platform: { database } } = event.context
  await cancelOrder({ database: { fresh: database.fresh, write: writeFor(event) }, stopShipment }, id, reader)
  return viewOwnOrder(event, id, reader)
})
