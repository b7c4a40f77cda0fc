import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier, maxQuantity } from '../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { changeQuantity, removeFromCart } from '../../change-cart.ts'

/** A quantity of 0 removes the line; the cart's page is told what it was, and offers to put it back. */
const form = z.object({ itemId: identifier, quantity: z.coerce.number().int().min(0).max(maxQuantity) })

export default defineEventHandler(event => answerForm(event, async () => {
  const { itemId, quantity } = await readForm(event, form)
  if (quantity > 0) {
    await changeQuantity(event, itemId, quantity)
    return '/cart'
  }
  const { gone } = await removeFromCart(event, itemId)
  return `/cart?${new URLSearchParams({ removed: gone.variantId, quantity: String(gone.quantity), at: gone.addedAt.toISOString() }).toString()}`
}, '/cart'))
