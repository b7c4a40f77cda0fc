import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { resetConfirmBody } from '../../../../shared/schemas/auth.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { confirmReset } from '../../reset-password.ts'

/** The rules of a password say what is wrong with it by a code, which a page without JavaScript can show. */
const form = z.object({ token: resetConfirmBody.shape.token.catch(''), password: z.string() })

export default defineEventHandler(async (event) => {
  const { token, password } = await readForm(event, form)
  return answerForm(event, async () => {
    await confirmReset(event, { token, password })
    return '/login?done=reset'
  }, token ? `/reset?token=${token}` : '/reset')
})
