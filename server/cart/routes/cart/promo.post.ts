import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { promoBody } from '../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { applyPromo, removePromo } from '../../change-promo.ts'

/** The same form's other button takes the code out. */
const form = z.union([z.object({ remove: z.literal('1') }), z.object({ code: promoBody.shape.code })])

export default defineEventHandler(event => answerForm(event, async () => {
  const asked = await readForm(event, form)
  await ('remove' in asked ? removePromo(event) : applyPromo(event, asked.code))
  return '/cart'
}, '/cart'))
