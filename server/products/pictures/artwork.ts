import { onGround, paletteOf } from './palettes.ts'
import { patterns } from './patterns/index.ts'
import type { PatternName } from './patterns/index.ts'
import { createRandom } from './random.ts'
import { disc, draw, projectedPath, rect } from './shape.ts'
import type { Point, Projection } from './shape.ts'
import type { Sheet } from './sheet.ts'

/** What is printed, and on what colour of thing. */
export interface Artwork {
  pattern: PatternName
  seed: number
  palette: string
  colour: string
  /** Edge to edge, within a border, or as a round. */
  layout: 'full' | 'panel' | 'round'
}

interface Region {
  width: number
  height: number
  projection: Projection
  /** The printed part, in field units; the whole field when left out. */
  within?: Point[]
  smooth?: boolean
  /** The cloth or glaze that shows between the motifs; the palette's own ground when left out. */
  ground?: string
}

/** The pattern, projected and clipped to its region. */
export function printed(sheet: Sheet, art: Artwork, { width, height, projection, within, smooth = false, ground }: Region): string {
  const palette = paletteOf(art.palette)
  const painted = patterns[art.pattern]({
    width,
    height,
    random: createRandom(`${art.pattern}/${art.seed}`),
    palette: ground ? onGround(palette, ground) : palette,
  })
  const edge = projectedPath(within ?? rect(0, 0, width, height), projection, smooth)
  return `<g clip-path="${sheet.clip(edge)}"><path d="${edge}" fill="${painted.ground}"/>${draw(painted.shapes, width, height, projection)}</g>`
}

/** The region that a layout prints in a field of this size. */
export function layoutRegion(layout: Artwork['layout'], width: number, height: number, border: number): { within: Point[], smooth: boolean } {
  if (layout === 'round') return { within: disc(width / 2, height / 2, Math.min(width, height) / 2 - border, 24), smooth: true }
  const inset = layout === 'panel' ? border : 0
  return { within: rect(inset, inset, width - inset * 2, height - inset * 2), smooth: false }
}
