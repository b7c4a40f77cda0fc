import { defineEventHandler, setResponseStatus } from 'h3'
import { identifier } from '../../../../shared/schemas/cart.ts'
import { findShopper, ownerOf } from '../../../auth/index.ts'
import { ownerIdOf } from '../../../cart/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { notFound } from '../../../platform/http/app-error.ts'
import { readId } from '../../../platform/http/input.ts'
import { abandonCheckout } from '../../abandon-checkout.ts'

export default defineEventHandler(async (event): Promise<null> => {
  const id = readId(event, identifier, 'id', 'checkout')
  const shopper = await findShopper(event)
  if (!shopper) throw notFound('checkout')
  await databaseFor(event).write(tx => abandonCheckout(tx, ownerIdOf(ownerOf(shopper)), id))
  setResponseStatus(event, 204)
  return null
})
