import { defineEventHandler } from 'h3'
import { profileBody } from '../../../../shared/schemas/account.ts'
import type { SessionAnswer } from '../../../../shared/schemas/auth.ts'
import { renameAccount, requireUser } from '../../../auth/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { readJson } from '../../../platform/http/input.ts'

export default defineEventHandler(async (event): Promise<SessionAnswer> => {
  const { user } = await requireUser(event)
  const { name } = await readJson(event, profileBody)
  return { user: await databaseFor(event).write(tx => renameAccount(tx, user.id, name)) ?? null }
})
