import { defineEventHandler } from 'h3'
import type { AddressList } from '../../../../../shared/schemas/account.ts'
import { requireUser } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { listAddresses } from '../../../db/queries.ts'

export default defineEventHandler(async (event): Promise<AddressList> => {
  const { user } = await requireUser(event)
  return { items: await databaseFor(event).read(db => listAddresses(db, user.id)) }
})
