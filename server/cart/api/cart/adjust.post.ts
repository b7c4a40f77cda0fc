import { defineEventHandler } from 'h3'
import type { Cart } from '../../../../shared/schemas/cart.ts'
import { readNothing } from '../../../platform/http/input.ts'
import { adjustToStock } from '../../change-cart.ts'

export default defineEventHandler(async (event): Promise<Cart> => {
  await readNothing(event)
  return adjustToStock(event)
})
