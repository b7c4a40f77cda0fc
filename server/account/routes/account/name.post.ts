import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { profileBody } from '../../../../shared/schemas/account.ts'
import { renameAccount, requireUser } from '../../../auth/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'

const form = z.object(profileBody.shape)

export default defineEventHandler(event => answerForm(event, async () => {
  const { user } = await requireUser(event)
  const { name } = await readForm(event, form)
  await databaseFor(event).write(tx => renameAccount(tx, user.id, name))
  return '/account?done=name'
}, '/account'))
