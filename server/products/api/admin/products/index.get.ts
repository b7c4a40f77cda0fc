import { defineEventHandler } from 'h3'
import { adminProductQuery, type AdminProductList } from '../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readQuery } from '../../../../platform/http/input.ts'
import { findForBackOffice } from '../../../find-products.ts'

export default defineEventHandler(async (event): Promise<AdminProductList> => {
  await requireAdmin(event)
  const query = readQuery(event, adminProductQuery)
  return databaseFor(event).read(db => findForBackOffice(db, query))
})
