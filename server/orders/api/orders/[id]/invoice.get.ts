import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import type { Invoice } from '../../../../../shared/schemas/orders.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readId } from '../../../../platform/http/input.ts'
import { orderReader } from '../../../order-reader.ts'
import { writeInvoice } from '../../../write-invoice.ts'

export default defineEventHandler(async (event): Promise<Invoice> => {
  const id = readId(event, identifier, 'id', 'order')
  const reader = await orderReader(event)
  return databaseFor(event).read(db => writeInvoice(db, id, reader))
})
