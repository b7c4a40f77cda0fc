import { defineEventHandler } from 'h3'
import { pictureId, type PictureShelf } from '../../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../../platform/http/input.ts'
import { removePicture } from '../../../../../arrange-pictures.ts'
import { findShelf } from '../../../../../db/admin-queries.ts'
import { dropUploadedPicture } from '../../../../../serve-picture.ts'
import { slug } from '../../../../../slug.ts'
import { editorOf } from '../../../../../view-product.ts'

export default defineEventHandler(async (event): Promise<PictureShelf> => {
  const { user } = await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const id = readId(event, pictureId, 'picture', 'picture')
  const { shelf, uploadedKey } = await databaseFor(event).write(async (tx) => {
    const gone = await removePicture(tx, wanted, id, editorOf(event, user))
    return { ...gone, shelf: await findShelf(tx, gone.productId) }
  })
  if (uploadedKey) await dropUploadedPicture(event.context.pictures, uploadedKey)
  return shelf
})
