import { defineEventHandler } from 'h3'
import { type Cart, changeItemBody, identifier } from '../../../../../shared/schemas/cart.ts'
import { readId, readJson } from '../../../../platform/http/input.ts'
import { changeQuantity } from '../../../change-cart.ts'

export default defineEventHandler(async (event): Promise<Cart> => {
  const id = readId(event, identifier, 'id', 'cart line')
  const { quantity } = await readJson(event, changeItemBody)
  return changeQuantity(event, id, quantity)
})
