import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../../shared/schemas/cart.ts'
import { type OrderReturn, rejectBody } from '../../../../../../shared/schemas/returns.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { audit, originOf } from '../../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { rejectReturn } from '../../../../returns/close-return.ts'

export default defineEventHandler(async (event): Promise<OrderReturn> => {
  const { user } = await requireAdmin(event)
  const id = readId(event, identifier, 'id', 'return')
  const { reason } = await readJson(event, rejectBody)
  return databaseFor(event).write(async (tx) => {
    const closed = await rejectReturn(tx, id, { reason, by: user.id })
    await audit(tx, { ...originOf(event), kind: 'orders.return-rejected', actorId: user.id, detail: { returnId: id, refundMinor: closed.refundMinor } })
    return closed
  })
})
