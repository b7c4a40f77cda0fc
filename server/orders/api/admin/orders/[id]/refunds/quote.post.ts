import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../../../shared/schemas/cart.ts'
import type { RefundQuote } from '../../../../../../../shared/schemas/desk.ts'
import { quoteBody } from '../../../../../../../shared/schemas/returns.ts'
import { requireAdmin } from '../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../platform/db/for-event.ts'
import { notFound } from '../../../../../../platform/http/app-error.ts'
import { readId, readJson } from '../../../../../../platform/http/input.ts'
import { findAnyOrder } from '../../../../../db/queries.ts'
import { quoteRefund } from '../../../../../desk/refundable.ts'

export default defineEventHandler(async (event): Promise<RefundQuote> => {
  await requireAdmin(event)
  const id = readId(event, identifier, 'id', 'order')
  const { lines } = await readJson(event, quoteBody)
  return databaseFor(event).fresh(async (db) => {
    const order = await findAnyOrder(db, id)
    if (!order) throw notFound('order')
    return quoteRefund(db, order, lines)
  })
})
