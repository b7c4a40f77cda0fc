import { defineEventHandler, setResponseStatus } from 'h3'
import { registerBody, type SessionAnswer } from '../../../../shared/schemas/auth.ts'
import { readJson } from '../../../platform/http/input.ts'
import { register } from '../../sign-in.ts'

export default defineEventHandler(async (event): Promise<SessionAnswer> => {
  const user = await register(event, await readJson(event, registerBody))
  setResponseStatus(event, 201)
  return { user }
})
