import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { RouteDatabase } from '../platform/db/for-event.ts'
import { findPicture } from './db/detail.ts'
import { artVersion, drawPicture, drawingSchema } from './pictures/drawing.ts'
import { drawHero } from './pictures/hero.ts'
import { drawPlaceholder } from './pictures/placeholder.ts'
import { createPictureRenderer, heroWidths, type PictureFormat, type PictureRenderer, pictureWidths } from './pictures/render.ts'

export interface Pictures { products: PictureRenderer, heroes: PictureRenderer, originals: string }

declare module 'h3' {
  interface H3EventContext {
    pictures: Pictures
  }
}

/** Renders into `<dataDir>/pictures`, where an import also leaves the originals that it fetched. */
export function openPictures(dataDir: string): Pictures {
  const directory = join(dataDir, 'pictures')
  return {
    products: createPictureRenderer({ directory, concurrency: 2 }),
    heroes: createPictureRenderer({ directory, concurrency: 1, widths: heroWidths }),
    originals: join(directory, 'originals'),
  }
}

const heroes = { 'hero-wide': 'wide', 'hero-tall': 'tall' } as const
const isHero = (key: string): key is keyof typeof heroes => Object.hasOwn(heroes, key)

export interface WantedPicture { key: string, width: number, format: PictureFormat }

/** Reads an address; `null` for a key, width or format that we do not offer, so that nobody fills the disk with sizes. */
export function parsePictureFile(key: string, file: string): WantedPicture | null {
  const [, digits, format] = /^(\d{2,4})\.(avif|webp)$/.exec(file) ?? []
  const width = Number(digits)
  const widths: readonly number[] = isHero(key) ? heroWidths : pictureWidths
  if (!widths.includes(width) || (!isHero(key) && !/^[0-9a-f]{20}$/.test(key))) return null
  return { key, width, format: format as PictureFormat }
}

/** The picture with this key: an imported original, else our drawing, else a drawn placeholder; `null` for an unknown key. */
export async function fetchPicture(pictures: Pictures, db: Pick<RouteDatabase, 'readPublic'>, { key, width, format }: WantedPicture) {
  if (isHero(key)) return pictures.heroes.render({ key: `${key}-v${artVersion}`, width, format, svg: () => drawHero({ shape: heroes[key] }) })
  const row = await db.readPublic(reader => findPicture(reader, key))
  if (!row) return null
  const drawing = drawingSchema.safeParse(row.drawing)
  if (drawing.success) return pictures.products.render({ key, width, format, svg: () => drawPicture(drawing.data) })
  const original = join(pictures.originals, `${key}.webp`)
  const arrived = await access(original).then(() => true, () => false)
  if (arrived) return pictures.products.resize({ key, width, format, original })
  return pictures.products.render({ key: `${key}-placeholder-v${artVersion}`, width, format, svg: () => drawPlaceholder(row.alt || key) })
}
