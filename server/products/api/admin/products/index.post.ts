import { defineEventHandler, setResponseStatus } from 'h3'
import { type AdminProduct, newProductBody } from '../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../auth/index.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { createProduct } from '../../../create-product.ts'
import { editorOf, viewProduct } from '../../../view-product.ts'

export default defineEventHandler(async (event): Promise<AdminProduct> => {
  const { user } = await requireAdmin(event)
  const body = await readJson(event, newProductBody)
  const product = await databaseFor(event).write(async tx => viewProduct(tx, await createProduct(tx, body, editorOf(event, user))))
  setResponseStatus(event, 201)
  return product
})
