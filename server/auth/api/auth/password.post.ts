import { defineEventHandler, sendNoContent } from 'h3'
import { changePasswordBody } from '../../../../shared/schemas/auth.ts'
import { readJson } from '../../../platform/http/input.ts'
import { changePassword } from '../../change-password.ts'

export default defineEventHandler(async (event) => {
  await changePassword(event, await readJson(event, changePasswordBody))
  return sendNoContent(event)
})
