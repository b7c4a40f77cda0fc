import { defineEventHandler } from 'h3'
import { type AdminProduct, publicationBody } from '../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../auth/index.ts'
import { databaseFor } from '../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../platform/http/input.ts'
import { publishProduct } from '../../../../edit-product.ts'
import { slug } from '../../../../slug.ts'
import { editorOf, viewProduct } from '../../../../view-product.ts'

export default defineEventHandler(async (event): Promise<AdminProduct> => {
  const { user } = await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const { published } = await readJson(event, publicationBody)
  return databaseFor(event).write(async tx => viewProduct(tx, await publishProduct(tx, wanted, published, editorOf(event, user))))
})
