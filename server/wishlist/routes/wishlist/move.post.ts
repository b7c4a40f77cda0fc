import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier } from '../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { moveToBasket } from '../../change-wishlist.ts'

const form = z.object({ productId: identifier, variantId: identifier })

export default defineEventHandler(event => answerForm(event, async () => {
  const { productId, variantId } = await readForm(event, form)
  await moveToBasket(event, productId, variantId)
  return '/cart'
}, '/wishlist'))
