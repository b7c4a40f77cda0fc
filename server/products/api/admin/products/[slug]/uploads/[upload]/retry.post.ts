import { defineEventHandler } from 'h3'
import type { PictureShelf } from '../../../../../../../../shared/schemas/admin-products.ts'
import { identifier } from '../../../../../../../../shared/schemas/cart.ts'
import { requireAdmin } from '../../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../../../platform/http/input.ts'
import { retryUpload } from '../../../../../../arrange-pictures.ts'
import { findShelf } from '../../../../../../db/admin-queries.ts'
import { slug } from '../../../../../../slug.ts'

export default defineEventHandler(async (event): Promise<PictureShelf> => {
  await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const id = readId(event, identifier, 'upload', 'upload')
  return databaseFor(event).write(async tx => findShelf(tx, await retryUpload(tx, wanted, id)))
})
