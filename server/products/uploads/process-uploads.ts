/**
 * Prevents: a request that decodes forty megapixels while a hundred shoppers wait, and an upload that is lost with the
 * process that took it.
 * Guarantees: the worker makes every size, one upload at a time, and counts as it goes. Files are named by the upload and
 * appear whole; the picture joins its product once, however often the event is delivered. What cannot be decoded becomes a
 * dead letter at once and says why to who sent it; any other fault is tried again.
 */
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '../../platform/db/database.ts'
import { PermanentError } from '../../platform/outbox/permanent-error.ts'
import type { Subscriber } from '../../platform/outbox/subscriber.ts'
import { refreshCover } from '../arrange-pictures.ts'
import { pictureFormats, pictureWidths } from '../pictures/render.ts'
import type { Pictures } from '../serve-picture.ts'
import { makePicture } from './make-picture.ts'

export interface UploadDeps { database: Pick<Database, 'fresh' | 'write'>, pictures: Pick<Pictures, 'products' | 'originals' | 'uploads'> }

const news = z.object({ uploadId: z.uuid() })

/** The files of one picture. */
export const filesOfUpload = pictureWidths.length * pictureFormats.length

/** As content keys look: 20 hex digits, nobody else's. */
export const keyOfUpload = (uploadId: string) => uploadId.replaceAll('-', '').slice(0, 20)

/** Makes pictures of what was uploaded. */
export function uploadedPictures(deps: UploadDeps): Subscriber {
  let tail: Promise<unknown> = Promise.resolve()
  return {
    name: 'pictures',
    events: ['picture.uploaded'],
    async apply(_, { payload }) {
      news.parse(payload)
    },
    async after({ payload }) {
      const { uploadId } = news.parse(payload)
      // One at a time: a decoded picture is a hundred megabytes.
      const turn = tail.then(() => processUpload(deps, uploadId))
      tail = turn.catch(() => undefined)
      await turn
    },
  }
}

async function processUpload({ database, pictures }: UploadDeps, uploadId: string): Promise<void> {
  const note = (change: ReturnType<typeof sql>) => database.fresh(db => db.execute(sql`update picture_uploads set ${change} where id = ${uploadId} and status <> 'done'`))
  const { rowCount: wanted } = await note(sql`status = 'working', made = 0, problem = null`)
  // Done before, or given up by who sent it.
  if (!wanted) return
  const upload = join(pictures.uploads, uploadId)
  const key = keyOfUpload(uploadId)
  const original = join(pictures.originals, `${key}.webp`)
  try {
    await access(upload)
  }
  catch (error) {
    await note(sql`status = 'failed', problem = 'The worker does not find the file. It will look again.'`)
    throw error
  }
  try {
    await mkdir(pictures.originals, { recursive: true })
    const shown = await makePicture(upload, original)
    let made = 0
    for (const width of pictureWidths) {
      for (const format of pictureFormats) {
        await pictures.products.resize({ key, width, format, original })
        made += 1
        await note(sql`made = ${made}`)
      }
    }
    await joinProduct(database, { uploadId, key, ...shown })
  }
  catch (error) {
    if (isUnreadable(error)) {
      await note(sql`status = 'failed', problem = 'It breaks off or is damaged. Save it anew and upload that.'`)
      throw new PermanentError(`the upload ${uploadId} cannot be decoded: ${(error as Error).message}`)
    }
    await note(sql`status = 'failed', problem = 'Something broke on our side. It will be tried again.'`).catch(() => undefined)
    throw error
  }
  await rm(upload, { force: true })
}

/** A verdict of the decoders about the bytes; the disk and the database speak otherwise, and may name a file by its path. */
const isUnreadable = (error: unknown) => error instanceof Error && !/unable to open|write error|no space|read-only/i.test(error.message) && /VipsJpeg|pngload|webp|heif|corrupt|premature|truncated|unsupported image format|pixel limit|bad seek|invalid/i.test(error.message) && !('code' in error)

async function joinProduct({ write }: Pick<Database, 'write'>, { uploadId, key, tint, preview = null }: { uploadId: string, key: string, tint: string, preview?: string | null }): Promise<void> {
  await write(async (tx) => {
    const { rows: [upload] } = await tx.execute<{ product_id: string }>(sql`select product_id from picture_uploads where id = ${uploadId}`)
    if (!upload) return
    await tx.execute(sql`select 1 from products where id = ${upload.product_id} for update`)
    const { rowCount } = await tx.execute(sql`
      with done as (update picture_uploads set status = 'done', made = total where id = ${uploadId} and status <> 'done' returning product_id, alt, option_value)
      insert into product_images (product_id, position, key, alt, tint, preview, option_value, upload_id)
      select product_id, coalesce((select max(position) + 1 from product_images i where i.product_id = done.product_id), 0), ${key}, alt, ${tint}, ${preview}::text, option_value, ${uploadId} from done`)
    if (rowCount) await refreshCover(tx, upload.product_id)
  })
}
