import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../../shared/schemas/cart.ts'
import type { DeskOrder } from '../../../../../../shared/schemas/desk.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { audit, originOf } from '../../../../../platform/audit/audit.ts'
import { writeFor } from '../../../../../platform/db/for-event.ts'
import { readId, readNothing } from '../../../../../platform/http/input.ts'
import { cancelForDesk } from '../../../../cancel-order.ts'
import { readDeskOrder } from '../../../../desk/view-order.ts'

export default defineEventHandler(async (event): Promise<DeskOrder> => {
  const { user } = await requireAdmin(event)
  const id = readId(event, identifier, 'id', 'order')
  await readNothing(event)
  const { stopShipment, platform: { database } } = event.context
  await cancelForDesk({ database: { fresh: database.fresh, write: writeFor(event) }, stopShipment }, id, tx =>
    audit(tx, { ...originOf(event), kind: 'orders.cancelled', actorId: user.id, detail: { orderId: id } }))
  return readDeskOrder(event, id)
})
