import { defineEventHandler } from 'h3'
import type { Figures } from '../../../../shared/schemas/desk.ts'
import { requireAdmin } from '../../../auth/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { reportFigures } from '../../report-figures.ts'

export default defineEventHandler(async (event): Promise<Figures> => {
  await requireAdmin(event)
  return databaseFor(event).read(db => reportFigures(db, event.context.invariants))
})
