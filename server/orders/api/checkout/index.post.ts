import { defineEventHandler, setResponseStatus } from 'h3'
import type { Checkout } from '../../../../shared/schemas/orders.ts'
import { ensureShopper, ownerOf } from '../../../auth/index.ts'
import { ownerIdOf } from '../../../cart/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { readNothing } from '../../../platform/http/input.ts'
import { startCheckout } from '../../start-checkout.ts'

export default defineEventHandler(async (event): Promise<Checkout> => {
  await readNothing(event)
  const ownerId = ownerIdOf(ownerOf(await ensureShopper(event)))
  const { holdMs } = event.context.platform.config
  const checkout = await databaseFor(event).write(tx => startCheckout(tx, { ownerId, holdMs }))
  setResponseStatus(event, 201)
  return checkout
})
