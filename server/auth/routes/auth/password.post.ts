import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { changePasswordBody } from '../../../../shared/schemas/auth.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { changePassword } from '../../change-password.ts'

const form = z.object({ ...changePasswordBody.shape, password: z.string() })

export default defineEventHandler(event => answerForm(event, async () => {
  await changePassword(event, await readForm(event, form))
  return '/account?done=password'
}, '/account'))
