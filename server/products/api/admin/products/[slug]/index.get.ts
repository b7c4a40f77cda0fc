import { defineEventHandler } from 'h3'
import type { AdminProduct } from '../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../platform/http/input.ts'
import { slug } from '../../../../slug.ts'
import { viewProduct } from '../../../../view-product.ts'

export default defineEventHandler(async (event): Promise<AdminProduct> => {
  await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  return databaseFor(event).fresh(db => viewProduct(db, wanted))
})
