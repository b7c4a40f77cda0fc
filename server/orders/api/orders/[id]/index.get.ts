import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import type { Order } from '../../../../../shared/schemas/orders.ts'
import { readId } from '../../../../platform/http/input.ts'
import { orderReader } from '../../../order-reader.ts'
import { viewOwnOrder } from '../../../view-own-order.ts'

export default defineEventHandler(async (event): Promise<Order> => {
  const id = readId(event, identifier, 'id', 'order')
  return viewOwnOrder(event, id, await orderReader(event))
})
