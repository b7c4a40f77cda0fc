import { defineEventHandler } from 'h3'
import { stockCorrectionBody, type VariantStock } from '../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { correctStock } from '../../../../correct-stock.ts'
import { slug } from '../../../../slug.ts'
import { editorOf } from '../../../../view-product.ts'

export default defineEventHandler(async (event): Promise<VariantStock> => {
  const { user } = await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const body = await readJson(event, stockCorrectionBody)
  return databaseFor(event).write(tx => correctStock(tx, wanted, body, editorOf(event, user)))
})
