import { defineEventHandler } from 'h3'
import type { PictureShelf } from '../../../../../../../shared/schemas/admin-products.ts'
import { requireAdmin } from '../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../platform/db/for-event.ts'
import { positionOf } from '../../../../../../platform/db/lsn.ts'
import { readId } from '../../../../../../platform/http/input.ts'
import { writeShopperCookie } from '../../../../../../platform/http/shopper-cookie.ts'
import { productAt } from '../../../../../addresses.ts'
import { findShelf } from '../../../../../db/admin-queries.ts'
import { slug } from '../../../../../slug.ts'

/**
 * From the primary: the worker's progress is nobody's own write. The position goes along, since the page asks for the pictures
 * next: a replica that is behind does not know them yet.
 */
export default defineEventHandler(async (event): Promise<PictureShelf> => {
  await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const { shelf, lsn } = await databaseFor(event).fresh(async db => ({
    shelf: await findShelf(db, (await productAt(db, wanted)).id),
    lsn: await positionOf(db),
  }))
  writeShopperCookie(event, { lsn })
  return shelf
})
