import { defineEventHandler } from 'h3'
import type { PictureShelf } from '../../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../../platform/http/input.ts'
import { productAt } from '../../../../../addresses.ts'
import { findShelf } from '../../../../../db/admin-queries.ts'
import { slug } from '../../../../../slug.ts'

/** From the primary: the worker's progress is nobody's own write. */
export default defineEventHandler(async (event): Promise<PictureShelf> => {
  await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  return databaseFor(event).fresh(async db => findShelf(db, (await productAt(db, wanted)).id))
})
