import { defineEventHandler, getHeader, setResponseHeader, setResponseStatus } from 'h3'
import { identifier } from '../../../../../../../shared/schemas/cart.ts'
import { type Refund, refundBody } from '../../../../../../../shared/schemas/returns.ts'
import { requireAdmin } from '../../../../../../auth/index.ts'
import { audit, originOf } from '../../../../../../platform/audit/audit.ts'
import { databaseFor } from '../../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../../platform/http/input.ts'
import { parseIdempotencyKey } from '../../../../../idempotency.ts'
import { refundOrder } from '../../../../../refund-order.ts'

export default defineEventHandler(async (event): Promise<Refund> => {
  const { user } = await requireAdmin(event)
  const id = readId(event, identifier, 'id', 'order')
  const key = parseIdempotencyKey(getHeader(event, 'idempotency-key'))
  const body = await readJson(event, refundBody)
  const { refund, replayed } = await databaseFor(event).write(async (tx) => {
    const answer = await refundOrder(tx, id, body, { by: user.id, key })
    if (!answer.replayed) await audit(tx, { ...originOf(event), kind: 'orders.refund-requested', actorId: user.id, detail: { orderId: id, refundId: answer.refund.id, amountMinor: body.amountMinor } })
    return answer
  })
  if (replayed) setResponseHeader(event, 'Idempotency-Replayed', 'true')
  setResponseStatus(event, 201)
  return refund
})
