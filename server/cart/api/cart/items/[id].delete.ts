import { defineEventHandler } from 'h3'
import { type Cart, identifier } from '../../../../../shared/schemas/cart.ts'
import { readId } from '../../../../platform/http/input.ts'
import { removeFromCart } from '../../../change-cart.ts'

export default defineEventHandler(async (event): Promise<Cart> => {
  const { cart } = await removeFromCart(event, readId(event, identifier, 'id', 'cart line'))
  return cart
})
