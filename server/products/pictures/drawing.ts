import { createHash } from 'node:crypto'
import { z } from 'zod'
import { artVersion } from '../../../shared/scenes.ts'
import { mix } from './colour.ts'
import { colourOf, colours, paletteOf, palettes } from './palettes.ts'
import { patternNames } from './patterns/index.ts'
import { scenes } from './scenes.ts'
import { createSheet } from './sheet.ts'
import { angles, details, fronts } from './views.ts'

export const drawingSchema = z.strictObject({
  kind: z.enum(['print', 'mug', 'tote', 'tee', 'notebook', 'cushion']),
  pattern: z.enum(patternNames),
  seed: z.int().min(0).max(2 ** 31),
  palette: z.string().refine(name => Object.hasOwn(palettes, name), 'unknown palette'),
  colour: z.string().refine(name => Object.hasOwn(colours, name), 'unknown colour'),
  layout: z.enum(['full', 'panel', 'round']),
  view: z.enum(['front', 'angle', 'detail', 'scene']),
})

/** All there is to know about a product picture; stored as JSON, drawn on demand. */
export type Drawing = z.infer<typeof drawingSchema>

const views = { front: fronts, angle: angles, detail: details, scene: scenes }

/** One product picture as SVG, 1200 × 1200. The same drawing gives the same text. Throws a RangeError on an unknown palette or colour. */
export function drawPicture(drawing: Drawing): string {
  const sheet = createSheet()
  const { kind, view, ...art } = drawing
  return sheet.finish(1200, 1200, views[view][kind](sheet, art))
}

/** The picture's address: 20 hex digits over the drawing and the art's version. */
export function pictureKey(drawing: Drawing): string {
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(drawing).sort(([a], [b]) => a.localeCompare(b))))
  return createHash('sha256').update(`${artVersion}:${canonical}`).digest('hex').slice(0, 20)
}

/** A `#rrggbb` to show in a picture's box until it has loaded. */
export function pictureTint(drawing: Drawing): string {
  const palette = paletteOf(drawing.palette)
  if (drawing.view === 'scene') return palette.wall
  return mix('#e2dbd0', mix(colourOf(drawing.colour), palette.ground, 0.5), drawing.view === 'detail' ? 0.7 : 0.25)
}
