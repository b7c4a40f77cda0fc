import { defineEventHandler, setResponseStatus } from 'h3'
import { addressBody, type SavedAddress } from '../../../../../shared/schemas/account.ts'
import { requireUser } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { addAddress } from '../../../keep-addresses.ts'

export default defineEventHandler(async (event): Promise<SavedAddress> => {
  const { user } = await requireUser(event)
  const body = await readJson(event, addressBody)
  const made = await databaseFor(event).write(tx => addAddress(tx, user.id, body))
  setResponseStatus(event, 201)
  return made
})
