import { defineEventHandler } from 'h3'
import { z } from 'zod'
import { deletionBody } from '../../../../shared/schemas/account.ts'
import { answerForm } from '../../../platform/http/form-redirect.ts'
import { readForm } from '../../../platform/http/input.ts'
import { deleteAccount } from '../../delete-account.ts'

const form = z.object(deletionBody.shape)

export default defineEventHandler(event => answerForm(event, async () => {
  const { password } = await readForm(event, form)
  await deleteAccount(event, password)
  return '/goodbye'
}, '/account/delete'))
