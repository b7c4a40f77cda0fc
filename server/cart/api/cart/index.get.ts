import { defineEventHandler, setResponseHeader } from 'h3'
import type { Cart } from '../../../../shared/schemas/cart.ts'
import { ownCart } from '../../change-cart.ts'

export default defineEventHandler((event): Promise<Cart> => {
  setResponseHeader(event, 'cache-control', 'private, no-store')
  return ownCart(event)
})
