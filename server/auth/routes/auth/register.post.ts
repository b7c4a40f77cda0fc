import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { localPath } from '../../../../shared/local-path.ts'
import { registerBody } from '../../../../shared/schemas/auth.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { register } from '../../sign-in.ts'

/** The rules of a password say what is wrong with it by a code, which a page without JavaScript can show. */
const form = z.object({ ...registerBody.shape, password: z.string(), next: z.string().max(500).optional() })

export default defineEventHandler(event => answerForm(event, async () => {
  const { next, ...account } = await readForm(event, form)
  await register(event, account)
  return localPath(next, '/account')
}, '/register'))
