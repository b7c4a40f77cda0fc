import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier, maxQuantity } from '../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { changeQuantity, removeFromCart } from '../../change-cart.ts'

/** A quantity of 0 removes the line. */
const form = z.object({ itemId: identifier, quantity: z.coerce.number().int().min(0).max(maxQuantity) })

export default defineEventHandler(event => answerForm(event, async () => {
  const { itemId, quantity } = await readForm(event, form)
  await (quantity === 0 ? removeFromCart(event, itemId) : changeQuantity(event, itemId, quantity))
  return '/cart'
}, '/cart'))
