import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'

// @pattern picture-renderer
// A drawing costs tens of milliseconds of CPU. Without this, a page of 24 cards after a deploy would start 24 renders for
// every shopper at once. Here: one render a file however many ask, no more than `concurrency` at a time, kept on disk
// under its key. A half-written file is never served: it gets its name only when it is whole. Width and format come from
// lists, so nobody can fill the disk by asking for every size.

export const pictureWidths = [96, 320, 480, 640, 960, 1280] as const
export const pictureFormats = ['avif', 'webp'] as const
export type PictureFormat = (typeof pictureFormats)[number]

export class PictureSizeError extends Error {
  readonly code = 'products/picture-size'
}

export interface PictureRequest {
  /** Names the file: hex digits, letters, digits and dashes, at most 64. */
  key: string
  /** Called only when the file isn't there yet. */
  svg: () => string
  width: number
  format: PictureFormat
  /** Width over height; the picture is cut to it around its middle. Its own shape when left out. */
  aspect?: number
}

export interface PictureRenderer {
  /** Throws a PictureSizeError on a width, format or key that isn't allowed. */
  render(request: PictureRequest): Promise<RenderedPicture>
  /** The same from a picture file of ours, cut to a square. */
  resize(request: Omit<PictureRequest, 'svg' | 'aspect'> & { original: string }): Promise<RenderedPicture>
  /** Bytes of any other kind, made once and kept as `<key>.<suffix>`. */
  keep(request: { key: string, suffix: string, draw: () => Promise<Buffer> }): Promise<RenderedPicture>
}

export interface RenderedPicture { bytes: Buffer, etag: string }

/** The SVG's own width in user units; throws on one without. */
function widthOf(svg: string): number {
  const width = Number(/^<svg[^>]*? width="(\d+)"/.exec(svg)?.[1])
  if (!width) throw new TypeError('an SVG needs a width')
  return width
}

async function encode(svg: string, { width, format, aspect }: PictureRequest): Promise<Buffer> {
  // Small pictures are drawn at twice their size: librsvg's own edges are too hard for fine patterns.
  const drawn = width * (width <= 320 ? 2 : 1)
  const image = sharp(Buffer.from(svg), { density: (72 * drawn) / widthOf(svg), unlimited: true })
    .resize({ width, ...(aspect ? { height: Math.round(width / aspect), fit: 'cover' as const } : {}) })
  return encodeAs(image, format)
}

async function encodeOriginal(original: string, { width, format }: Pick<PictureRequest, 'width' | 'format'>): Promise<Buffer> {
  return encodeAs(sharp(original, { limitInputPixels: 50_000_000 }).resize({ width, height: width, fit: 'cover', position: 'attention' }), format)
}

function encodeAs(image: Sharp, format: PictureFormat): Promise<Buffer> {
  return format === 'avif'
    ? image.avif({ quality: 52, effort: 0, chromaSubsampling: '4:2:0' }).toBuffer()
    : image.webp({ quality: 78, effort: 2 }).toBuffer()
}

/** `directory` is made when needed; `concurrency` bounds the renders that run at a time, the rest wait in order. `widths` defaults to those of products. */
export function createPictureRenderer({ directory, concurrency, widths = pictureWidths }: { directory: string, concurrency: number, widths?: readonly number[] }): PictureRenderer {
  const underWay = new Map<string, Promise<Buffer>>()
  const waiting: (() => void)[] = []
  let running = 0

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await work()
    }
    finally {
      // The place is handed on, not given back, so a newcomer can't slip in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  async function make(file: string, draw: () => Promise<Buffer>): Promise<Buffer> {
    const kept = await readFile(file).catch(() => null)
    if (kept?.length) return kept
    return inTurn(async () => {
      const bytes = await draw()
      await keep(file, bytes)
      return bytes
    })
  }

  /** A full or read-only disk costs the cache, not the picture. */
  async function keep(file: string, bytes: Buffer): Promise<void> {
    const draft = `${file}.${randomUUID()}.part`
    try {
      await mkdir(directory, { recursive: true })
      await writeFile(draft, bytes)
      await rename(draft, file)
    }
    catch {
      await rm(draft, { force: true }).catch(() => undefined)
    }
  }

  async function named(name: string, draw: () => Promise<Buffer>): Promise<RenderedPicture> {
    let work = underWay.get(name)
    if (!work) {
      work = make(join(directory, name), draw).finally(() => underWay.delete(name))
      underWay.set(name, work)
    }
    const bytes = await work
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
  }

  async function serve({ key, width, format, aspect }: Omit<PictureRequest, 'svg'>, draw: () => Promise<Buffer>): Promise<RenderedPicture> {
    if (!widths.includes(width)) throw new PictureSizeError(`width ${width} is not one of ${widths.join(', ')}`)
    if (!pictureFormats.includes(format)) throw new PictureSizeError('a picture is avif or webp')
    if (!/^[\w-]{1,64}$/.test(key)) throw new PictureSizeError('a picture key is letters, digits and dashes')
    return named(`${key}-${width}${aspect ? `-${Math.round(aspect * 1000)}` : ''}.${format}`, draw)
  }

  return {
    render: request => serve(request, () => encode(request.svg(), request)),
    resize: ({ original, ...request }) => serve(request, () => encodeOriginal(original, request)),
    keep: ({ key, suffix, draw }) => named(`${key}.${suffix}`, draw),
  }
}
