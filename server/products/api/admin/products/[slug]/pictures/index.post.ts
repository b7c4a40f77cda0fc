import { defineEventHandler, getHeader, setResponseStatus } from 'h3'
import { type PictureShelf, uploadQuery } from '../../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../platform/db/for-event.ts'
import { readId, readQuery } from '../../../../../../platform/http/input.ts'
import { slug } from '../../../../../slug.ts'
import { takeUpload } from '../../../../../uploads/take-upload.ts'
import { editorOf } from '../../../../../view-product.ts'

/** The one route that reads more than 100 kB: its body is the file itself, and goes to the disk as it comes. */
export default defineEventHandler(async (event): Promise<PictureShelf> => {
  const { user } = await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const words = readQuery(event, uploadQuery)
  const length = getHeader(event, 'content-length')
  const shelf = await takeUpload(databaseFor(event), event.context.pictures, { ...words, slug: wanted, body: event.node.req, declaredBytes: length === undefined ? null : Number(length) }, editorOf(event, user))
  setResponseStatus(event, 202)
  return shelf
})
