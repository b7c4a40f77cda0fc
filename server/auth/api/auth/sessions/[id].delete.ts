import { defineEventHandler, sendNoContent } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { readId } from '../../../../platform/http/input.ts'
import { deleteOwnSession } from '../../../db/queries.ts'
import { requireUser } from '../../../shopper.ts'

export default defineEventHandler(async (event) => {
  const { user } = await requireUser(event)
  const id = readId(event, identifier, 'id', 'session')
  const revoked = await databaseFor(event).write(tx => deleteOwnSession(tx, user.id, id))
  if (revoked === 0) throw notFound('session')
  return sendNoContent(event)
})
