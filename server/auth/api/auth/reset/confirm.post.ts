import { defineEventHandler, sendNoContent } from 'h3'
import { resetConfirmBody } from '../../../../../shared/schemas/auth.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { confirmReset } from '../../../reset-password.ts'

export default defineEventHandler(async (event) => {
  await confirmReset(event, await readJson(event, resetConfirmBody))
  return sendNoContent(event)
})
