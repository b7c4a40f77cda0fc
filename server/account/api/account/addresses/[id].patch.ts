import { defineEventHandler } from 'h3'
import { addressChange, type SavedAddress } from '../../../../../shared/schemas/account.ts'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { requireUser } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../platform/http/input.ts'
import { changeAddress } from '../../../keep-addresses.ts'

export default defineEventHandler(async (event): Promise<SavedAddress> => {
  const { user } = await requireUser(event)
  const id = readId(event, identifier, 'id', 'address')
  const change = await readJson(event, addressChange)
  return databaseFor(event).write(tx => changeAddress(tx, user.id, id, change))
})
