import { defineEventHandler } from 'h3'
import { pictureOrderBody, type PictureShelf } from '../../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../platform/db/for-event.ts'
import { readId, readJson } from '../../../../../../platform/http/input.ts'
import { orderPictures } from '../../../../../arrange-pictures.ts'
import { findShelf } from '../../../../../db/admin-queries.ts'
import { slug } from '../../../../../slug.ts'
import { editorOf } from '../../../../../view-product.ts'

export default defineEventHandler(async (event): Promise<PictureShelf> => {
  const { user } = await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const { ids } = await readJson(event, pictureOrderBody)
  return databaseFor(event).write(async tx => findShelf(tx, await orderPictures(tx, wanted, ids, editorOf(event, user))))
})
