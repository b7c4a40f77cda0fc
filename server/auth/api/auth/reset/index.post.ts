import { defineEventHandler, setResponseStatus } from 'h3'
import { type ResetAnswer, resetRequestBody } from '../../../../../shared/schemas/auth.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { requestReset } from '../../../reset-password.ts'

export default defineEventHandler(async (event): Promise<ResetAnswer> => {
  await requestReset(event, await readJson(event, resetRequestBody))
  setResponseStatus(event, 202)
  return { message: 'If there is an account with that address, a mail is on its way to it.' }
})
