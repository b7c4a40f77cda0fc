import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../../platform/http/form-redirect.ts'
import { readId } from '../../../../platform/http/input.ts'
import { orderPage } from '../../../order-page.ts'
import { orderReader } from '../../../order-reader.ts'
import { reorderForShopper } from '../../../reorder-for-shopper.ts'

export default defineEventHandler((event) => {
  const id = readId(event, identifier, 'id', 'order')
  return answerForm(event, async () => {
    await reorderForShopper(event, id, await orderReader(event))
    return orderPage(event, id, { done: 'reordered' })
  }, orderPage(event, id))
})
