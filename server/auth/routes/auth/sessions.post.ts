import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { identifier } from '../../../../shared/schemas/cart.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { endOtherSessions, endSession } from '../../end-sessions.ts'

/** One session, or all others. */
const form = z.object({ id: identifier.optional() })

export default defineEventHandler(event => answerForm(event, async () => {
  const { id } = await readForm(event, form)
  await (id ? endSession(event, id) : endOtherSessions(event))
  return '/account?done=sessions'
}, '/account'))
