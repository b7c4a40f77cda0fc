import { defineEventHandler } from 'h3'
import { loginBody, type SessionAnswer } from '../../../../shared/schemas/auth.ts'
import { readJson } from '../../../platform/http/input.ts'
import { login } from '../../sign-in.ts'

export default defineEventHandler(async (event): Promise<SessionAnswer> => ({ user: await login(event, await readJson(event, loginBody)) }))
