import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier } from '../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { forgetWish } from '../../change-wishlist.ts'

const form = z.object({ productId: identifier })

export default defineEventHandler(event => answerForm(event, async () => {
  await forgetWish(event, (await readForm(event, form)).productId)
  return '/wishlist'
}, '/wishlist'))
