import { defineEventHandler, setResponseStatus } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { type OrderReturn, returnBody } from '../../../../../shared/schemas/returns.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../platform/http/input.ts'
import { orderReader } from '../../../order-reader.ts'
import { requestReturn } from '../../../returns/request-return.ts'

export default defineEventHandler(async (event): Promise<OrderReturn> => {
  const id = readId(event, identifier, 'id', 'order')
  const body = await readJson(event, returnBody)
  const reader = await orderReader(event)
  const made = await databaseFor(event).write(tx => requestReturn(tx, id, reader, body))
  setResponseStatus(event, 201)
  return made
})
