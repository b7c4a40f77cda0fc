import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { defineEventHandler } from 'h3'
import type { PictureShelf } from '../../../../../../../../shared/schemas/admin-products.ts'
import { identifier } from '../../../../../../../../shared/schemas/cart.ts'
import { requireAdmin } from '../../../../../../../auth/index.ts'
import { databaseFor } from '../../../../../../../platform/db/for-event.ts'
import { readId } from '../../../../../../../platform/http/input.ts'
import { forgetUpload } from '../../../../../../arrange-pictures.ts'
import { findShelf } from '../../../../../../db/admin-queries.ts'
import { slug } from '../../../../../../slug.ts'

export default defineEventHandler(async (event): Promise<PictureShelf> => {
  await requireAdmin(event)
  const wanted = readId(event, slug, 'slug', 'product')
  const id = readId(event, identifier, 'upload', 'upload')
  const shelf = await databaseFor(event).write(async tx => findShelf(tx, await forgetUpload(tx, wanted, id)))
  await rm(join(event.context.pictures.uploads, id), { force: true })
  return shelf
})
