/**
 * Prevents: a body that fills the memory or the disk, a page or a script that calls itself a picture, and a picture of a few
 * kilobytes that unpacks into gigabytes.
 * Guarantees: the bytes go to a file as they come, never more of them than allowed; what they are is read from themselves, at
 * the sixteenth byte already; nothing is decoded but the header, and no file stays of what was refused.
 */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import sharp from 'sharp'
import { maxUploadBytes, maxUploadPixels } from '../../../shared/upload-limits.ts'
import { AppError } from '../../platform/http/app-error.ts'
import { notAPicture, tooManyPixels, uploadBroken, uploadTooLarge } from '../errors.ts'

const headBytes = 16

/** By the first bytes alone: nothing else is handed to a decoder, so that none but these four can be reached. */
export function pictureTypeOf(head: Buffer): 'jpeg' | 'png' | 'webp' | 'avif' | null {
  if (head.length < headBytes) return null
  if (head.readUInt32BE(0) >>> 8 === 0xFFD8FF) return 'jpeg'
  if (head.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))) return 'png'
  const mark = (from: number, to: number) => head.toString('latin1', from, to)
  if (mark(0, 4) === 'RIFF' && mark(8, 12) === 'WEBP') return 'webp'
  if (mark(4, 8) === 'ftyp' && ['avif', 'avis', 'mif1', 'miaf'].includes(mark(8, 12))) return 'avif'
  return null
}

/**
 * Keeps an upload as `<folder>/<id>`.
 * @param body is read to its end, or to where it was refused; it is not destroyed, so that the refusal can be answered
 * @param declaredBytes what `Content-Length` says, when it does
 * @throws {AppError} 400 `products/upload-broken`, 413 `platform/body-too-large`, 415 `products/not-a-picture`, 422 `products/too-many-pixels`
 */
export async function receiveUpload(body: Readable, { folder, id, declaredBytes }: { folder: string, id: string, declaredBytes: number | null }): Promise<{ bytes: number }> {
  if ((declaredBytes ?? 0) > maxUploadBytes) throw uploadTooLarge()
  await mkdir(folder, { recursive: true })
  const file = join(folder, id)
  const draft = `${file}.part`
  let bytes = 0

  async function* checked() {
    let head = Buffer.alloc(0)
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxUploadBytes) throw uploadTooLarge()
      if (head.length < headBytes) {
        head = Buffer.concat([head, chunk.subarray(0, headBytes)])
        if (head.length >= headBytes && !pictureTypeOf(head)) throw notAPicture()
      }
      yield chunk
    }
    if (declaredBytes !== null && bytes < declaredBytes) throw uploadBroken()
    if (head.length < headBytes) throw notAPicture()
  }

  // Opened before a byte is read: a refusal must not remove the file before it is there.
  const handle = await open(draft, 'w')
  try {
    await pipeline(checked, handle.createWriteStream({ flush: true }))
    await inspect(draft)
    await rename(draft, file)
    return { bytes }
  }
  catch (error) {
    await rm(draft, { force: true })
    if (error instanceof AppError || !(body.errored || body.destroyed)) throw error
    throw uploadBroken()
  }
}

/** Reads the header. @throws {AppError} 415, 422 */
async function inspect(file: string): Promise<void> {
  const { format, compression, width, height } = await sharp(file, { limitInputPixels: maxUploadPixels }).metadata().catch((error: Error) => {
    throw /pixel limit/i.test(error.message) ? tooManyPixels() : notAPicture('It begins like a picture, but cannot be read as one.')
  })
  const known = ['jpeg', 'png', 'webp'].includes(format) || (format === 'heif' && compression === 'av1') || String(format) === 'avif'
  if (!known) throw notAPicture()
  if (width * height > maxUploadPixels) throw tooManyPixels()
}
