import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { localPath } from '../../../../shared/local-path.ts'
import { loginBody } from '../../../../shared/schemas/auth.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { login } from '../../sign-in.ts'

const form = z.object({ ...loginBody.shape, next: z.string().max(500).optional() })

export default defineEventHandler(event => answerForm(event, async () => {
  const { next, ...credentials } = await readForm(event, form)
  await login(event, credentials)
  return localPath(next, '/account')
}, '/login'))
