import { defineEventHandler } from 'h3'
import { resetRequestBody } from '../../../../shared/schemas/auth.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { requestReset } from '../../reset-password.ts'

export default defineEventHandler(event => answerForm(event, async () => {
  await requestReset(event, await readForm(event, resetRequestBody))
  return '/forgot?sent=1'
}, '/forgot'))
