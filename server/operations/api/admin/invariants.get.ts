import { defineEventHandler } from 'h3'
import type { InvariantReport } from '../../../../shared/schemas/operations.ts'
import { requireAdmin } from '../../../auth/index.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { reportInvariants } from '../../report-invariants.ts'

export default defineEventHandler(async (event): Promise<InvariantReport> => {
  await requireAdmin(event)
  return databaseFor(event).read(db => reportInvariants(db, event.context.invariants))
})
