import { defineEventHandler } from 'h3'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { adjustToStock } from '../../change-cart.ts'

export default defineEventHandler(event => answerForm(event, async () => {
  await adjustToStock(event)
  return '/cart'
}, '/cart'))
