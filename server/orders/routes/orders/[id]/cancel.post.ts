import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { writeFor } from '../../../../platform/db/for-event.ts'
import { answerForm } from '../../../../platform/http/form-redirect.ts'
import { readId } from '../../../../platform/http/input.ts'
import { cancelOrder } from '../../../cancel-order.ts'
import { orderPage } from '../../../order-page.ts'
import { orderReader } from '../../../order-reader.ts'

export default defineEventHandler((event) => {
  const id = readId(event, identifier, 'id', 'order')
  return answerForm(event, async () => {
    const { stopShipment, platform: { database } } = event.context
    await cancelOrder({ database: { fresh: database.fresh, write: writeFor(event) }, stopShipment }, id, await orderReader(event))
    return orderPage(event, id, { done: 'cancelled' })
  }, orderPage(event, id))
})
