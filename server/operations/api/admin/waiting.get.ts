import { defineEventHandler } from 'h3'
import type { Waiting } from '../../../../shared/schemas/desk.ts'
import { requireAdmin } from '../../../auth/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { reportWaiting } from '../../report-figures.ts'

export default defineEventHandler(async (event): Promise<Waiting> => {
  await requireAdmin(event)
  return databaseFor(event).read(db => reportWaiting(db))
})
