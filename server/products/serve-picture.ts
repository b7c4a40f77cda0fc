import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { coverKey, heroKey, ownShelves, sceneWidths } from '../../shared/scenes.ts'
import type { RouteDatabase } from '../platform/db/for-event.ts'
import { findPicture } from './db/detail.ts'
import { drawCover } from './pictures/cover.ts'
import { drawPicture, drawingSchema } from './pictures/drawing.ts'
import { drawHero } from './pictures/hero.ts'
import { drawPlaceholder } from './pictures/placeholder.ts'
import { createPictureRenderer, pictureFormats, type PictureFormat, type PictureRenderer, pictureWidths } from './pictures/render.ts'

export interface Pictures { products: PictureRenderer, scenes: PictureRenderer, directory: string, originals: string, uploads: string }

declare module 'h3' {
  interface H3EventContext {
    pictures: Pictures
  }
}

/** Renders into `<dataDir>/pictures`, where an import also leaves the originals that it fetched, and the worker those of uploads. */
export function openPictures(dataDir: string): Pictures {
  const directory = join(dataDir, 'pictures')
  return {
    products: createPictureRenderer({ directory, concurrency: 2 }),
    scenes: createPictureRenderer({ directory, concurrency: 1, widths: sceneWidths }),
    directory,
    originals: join(directory, 'originals'),
    uploads: join(directory, 'uploads'),
  }
}

/** Deletes what was made of an uploaded picture; its address then is that of none. */
export async function dropUploadedPicture({ directory, originals }: Pick<Pictures, 'directory' | 'originals'>, key: string): Promise<void> {
  const files = pictureWidths.flatMap(width => pictureFormats.map(format => join(directory, `${key}-${width}.${format}`)))
  await Promise.all([join(originals, `${key}.webp`), ...files].map(file => rm(file, { force: true })))
}

/** Composed scenes by key: there is one of each, so a key that is not here names none. */
const scenes = new Map<string, () => string>([
  ...(['wide', 'tall'] as const).map((shape): [string, () => string] => [heroKey(shape), () => drawHero({ shape })]),
  ...ownShelves.map((shelf): [string, () => string] => [coverKey(shelf), () => drawCover(shelf)]),
])

export interface WantedPicture { key: string, width: number, format: PictureFormat }

/** Reads an address; `null` for a key, width or format that we do not offer, so that nobody fills the disk with sizes. */
export function parsePictureFile(key: string, file: string): WantedPicture | null {
  const [, digits, format] = /^(\d{2,4})\.(avif|webp)$/.exec(file) ?? []
  const width = Number(digits)
  const widths: readonly number[] = scenes.has(key) ? sceneWidths : pictureWidths
  if (!widths.includes(width) || (!scenes.has(key) && !/^[0-9a-f]{20}$/.test(key))) return null
  return { key, width, format: format as PictureFormat }
}

/** Where a picture comes from: a scene, an imported original, our drawing, else a drawn placeholder; `null` for an unknown key. */
export async function findSource(originals: string, read: RouteDatabase['read'], key: string): Promise<{ name: string, svg: () => string } | { name: string, file: string } | null> {
  const scene = scenes.get(key)
  if (scene) return { name: key, svg: scene }
  const row = await read(db => findPicture(db, key))
  if (!row) return null
  const drawing = drawingSchema.safeParse(row.drawing)
  if (drawing.success) return { name: key, svg: () => drawPicture(drawing.data) }
  const file = join(originals, `${key}.webp`)
  if (await access(file).then(() => true, () => false)) return { name: key, file }
  return { name: `${key}-placeholder`, svg: () => drawPlaceholder(row.alt || key) }
}

/** The picture with this key in this size; `null` for an unknown key. Who has been shown a new one on its shelf finds it. */
export async function fetchPicture(pictures: Pictures, { read }: Pick<RouteDatabase, 'read'>, { key, width, format }: WantedPicture) {
  const source = await findSource(pictures.originals, read, key)
  if (!source) return null
  if ('file' in source) return pictures.products.resize({ key: source.name, width, format, original: source.file })
  return (scenes.has(key) ? pictures.scenes : pictures.products).render({ key: source.name, width, format, svg: source.svg })
}
