import { defineEventHandler } from 'h3'
import { type Cart, identifier } from '../../../../../../shared/schemas/cart.ts'
import { moveWishBody } from '../../../../../../shared/schemas/wishlist.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { moveToBasket } from '../../../../change-wishlist.ts'

export default defineEventHandler(async (event): Promise<Cart> => {
  const id = readId(event, identifier, 'id', 'wish')
  const { variantId } = await readJson(event, moveWishBody)
  return moveToBasket(event, id, variantId)
})
