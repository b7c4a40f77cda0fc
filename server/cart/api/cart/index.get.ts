import { defineEventHandler } from 'h3'
import type { Cart } from '../../../../shared/schemas/cart.ts'
import { ownCart } from '../../change-cart.ts'

export default defineEventHandler((event): Promise<Cart> => {
  return ownCart(event)
})
