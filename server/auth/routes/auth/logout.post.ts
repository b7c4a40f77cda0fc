import { defineEventHandler } from 'h3'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { logout } from '../../sign-in.ts'

export default defineEventHandler(event => answerForm(event, async () => {
  await logout(event)
  return '/'
}, '/'))
