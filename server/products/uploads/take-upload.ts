import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { PictureShelf } from '../../../shared/schemas/admin-products.ts'
import { audit } from '../../platform/audit/audit.ts'
import type { RouteDatabase } from '../../platform/db/for-event.ts'
import { appendEvent } from '../../platform/outbox/append-event.ts'
import { productAt } from '../addresses.ts'
import { lockShelf } from '../arrange-pictures.ts'
import { findShelf } from '../db/admin-queries.ts'
import { pictureUploads } from '../db/tables.ts'
import type { Editor } from '../edit-product.ts'
import type { Pictures } from '../serve-picture.ts'
import { filesOfUpload } from './process-uploads.ts'
import { receiveUpload } from './receive-upload.ts'

export interface GivenUpload { slug: string, alt: string, optionValue?: string, body: Readable, declaredBytes: number | null }

/**
 * Takes a file in and tells the worker of it: the file first, then its row and its event in one transaction.
 * @throws {AppError} 404, and what `receiveUpload` refuses
 */
export async function takeUpload({ fresh, write }: Pick<RouteDatabase, 'fresh' | 'write'>, { uploads }: Pick<Pictures, 'uploads'>, { slug, alt, optionValue, body, declaredBytes }: GivenUpload, { by, origin }: Editor): Promise<PictureShelf> {
  await fresh(db => productAt(db, slug))
  const id = randomUUID()
  const { bytes } = await receiveUpload(body, { folder: uploads, id, declaredBytes })
  try {
    return await write(async (tx) => {
      const product = await lockShelf(tx, slug)
      await tx.insert(pictureUploads).values({ id, productId: product.id, alt, optionValue: optionValue || null, total: filesOfUpload, uploadedBy: by })
      await appendEvent(tx, { type: 'picture.uploaded', subject: id, payload: { uploadId: id } })
      await audit(tx, { ...origin, kind: 'products.picture-uploaded', actorId: by, detail: { productId: product.id, slug: product.slug, uploadId: id, bytes } })
      return findShelf(tx, product.id)
    })
  }
  catch (error) {
    await rm(join(uploads, id), { force: true })
    throw error
  }
}
