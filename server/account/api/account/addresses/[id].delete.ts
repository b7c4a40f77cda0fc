import { defineEventHandler, sendNoContent } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { requireUser } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readId } from '../../../../platform/http/input.ts'
import { deleteAddress } from '../../../keep-addresses.ts'

export default defineEventHandler(async (event) => {
  const { user } = await requireUser(event)
  const id = readId(event, identifier, 'id', 'address')
  await databaseFor(event).write(tx => deleteAddress(tx, user.id, id))
  return sendNoContent(event)
})
