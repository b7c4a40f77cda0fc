import { defineEventHandler, sendNoContent } from 'h3'
import { deletionBody } from '../../../../shared/schemas/account.ts'
import { requireUser } from '../../../auth/index.ts'
import { readJson } from '../../../platform/http/input.ts'
import { deleteAccount } from '../../delete-account.ts'

export default defineEventHandler(async (event) => {
  // Whoever is not logged in hears that first, whatever they sent.
  await requireUser(event)
  await deleteAccount(event, (await readJson(event, deletionBody)).password)
  return sendNoContent(event)
})
