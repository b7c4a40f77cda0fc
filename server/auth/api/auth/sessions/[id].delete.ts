import { defineEventHandler, sendNoContent } from 'h3'
import { identifier } from '../../../../../shared/schemas/cart.ts'
import { readId } from '../../../../platform/http/input.ts'
import { endSession } from '../../../end-sessions.ts'
import { requireUser } from '../../../shopper.ts'

export default defineEventHandler(async (event) => {
  await requireUser(event)
  await endSession(event, readId(event, identifier, 'id', 'session'))
  return sendNoContent(event)
})
