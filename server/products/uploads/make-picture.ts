import { randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import sharp from 'sharp'
import { maxUploadPixels } from '../../../shared/upload-limits.ts'
import { previewOfFile } from '../pictures/preview.ts'

const maxSide = 2_400

const readerOf = (file: string) => sharp(file, { limitInputPixels: maxUploadPixels, autoOrient: true, failOn: 'error' })

/**
 * Draws an upload anew into `original`: as WebP, at most 2,400 px a side, upright, in sRGB and without any metadata, so that
 * nothing of what was sent is kept as it came; the place where it was taken least of all.
 * @returns what is shown until the picture is there: its mean colour as `#rrggbb`, and itself in a few pixels as a `data:` URI unless one can look through it
 * @throws what sharp says of a file that cannot be decoded to its end
 */
export async function makePicture(upload: string, original: string): Promise<{ tint: string, preview?: string }> {
  // Its own name: another worker may be at the same picture, when this one was taken for dead.
  const draft = `${original}.${randomUUID()}.part`
  try {
    return await drawAnew(upload, draft, original)
  }
  finally {
    await rm(draft, { force: true })
  }
}

async function drawAnew(upload: string, draft: string, original: string) {
  await readerOf(upload).resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true }).toColourspace('srgb').webp({ quality: 88, effort: 3 }).timeout({ seconds: 60 }).toFile(draft)
  const mean = await sharp(draft).flatten({ background: '#ffffff' }).resize(1, 1, { fit: 'fill' }).toColourspace('srgb').removeAlpha().raw().toBuffer()
  const preview = await previewOfFile(draft)
  await rename(draft, original)
  return { tint: `#${mean.subarray(0, 3).toString('hex')}`, preview }
}
