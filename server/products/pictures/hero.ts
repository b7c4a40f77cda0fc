import type { Artwork } from './artwork.ts'
import { darken, lighten } from './colour.ts'
import { castShadow, place, shade, tabletop, wall, warmLight, windowLight } from './light.ts'
import { drawMug } from './objects/mug.ts'
import { drawNotebook } from './objects/notebook.ts'
import { drawPrint, uprightQuad } from './objects/print.ts'
import { books, bowl, pear, vase } from './objects/props.ts'
import { drawTote } from './objects/tote.ts'
import { createSheet } from './sheet.ts'
import type { Sheet } from './sheet.ts'

export type HeroShape = 'wide' | 'tall'

/** A still life of things from the shop; 2400 × 1200 or 1200 × 1500. The same options give the same text. */
export function drawHero({ shape, seed = 7 }: { shape: HeroShape, seed?: number }): string {
  const sheet = createSheet()
  const art = (pattern: Artwork['pattern'], palette: string, colour: string, layout: Artwork['layout'], offset: number): Artwork => ({ pattern, palette, colour, layout, seed: seed + offset })
  const things = {
    large: art('dune', 'brick', 'oak', 'panel', 0),
    small: art('turn', 'lido', 'black', 'full', 1),
    mug: art('scale', 'salt', 'salt', 'full', 2),
    notebook: art('cutout', 'harbour', 'ink', 'full', 3),
    tote: art('seedhead', 'butter', 'oat', 'round', 5),
  }
  return shape === 'wide' ? wide(sheet, things) : tall(sheet, things)
}

type Things = Record<'large' | 'small' | 'mug' | 'notebook' | 'tote', Artwork>

const paint = '#d3b198'
const oak = '#a9784c'

function glow(sheet: Sheet, width: number, height: number): string {
  return `<rect width="${width}" height="${height}" fill="${sheet.radial([[0, warmLight, 0.34], [1, warmLight, 0]], 0.08, 0.05, 0.85)}"/><rect width="${width}" height="${height}" fill="${sheet.linear([[0.55, shade, 0], [1, shade, 0.3]], [0, 0.1, 1, 0.5])}"/>`
}

/** A notebook that stands upright against the wall. */
const standing = (sheet: Sheet, art: Artwork, x: number, y: number, width: number) =>
  drawNotebook(sheet, art, [[x, y - width * 1.375], [x + width, y - width * 1.375], [x + width, y], [x, y]], 10)

const peg = (x: number, y: number) => `<circle cx="${x + 13}" cy="${y + 16}" r="20" fill="${shade}" opacity=".35"/><circle cx="${x}" cy="${y}" r="20" fill="${darken(oak, 0.1)}"/><circle cx="${x - 5}" cy="${y - 5}" r="10" fill="${lighten(oak, 0.4)}"/>`

function wide(sheet: Sheet, things: Things): string {
  const pile = books(sheet, ['#3c5a5e', '#c7794f', '#e2d3b4'], 420)
  return sheet.finish(2400, 1200, wall(sheet, paint, 2400, 1200)
    + windowLight(sheet, 180, -260, 1180, 1250, 3, 3, 0.42)
    + drawPrint(sheet, things.large, uprightQuad(1110, 96, 590))
    + castShadow(sheet, 'M1560 470H1886V892H1560Z', 60, 10, 26, 0.3)
    + place(2110, 362, 0.62, drawTote(sheet, things.tote, true), 1) + peg(2112, 156)
    + tabletop(sheet, oak, 1000, 2400, 1200)
    + drawPrint(sheet, things.small, [[1556, 500], [1886, 512], [1876, 1036], [1540, 1044]], { thickness: 12 })
    + place(600, 1060, 1.28, vase(sheet, '#e3d8c4', '#5e7351', 'hero'))
    + standing(sheet, things.notebook, 120, 1062, 330)
    + place(1395, 1108, 0.5, drawMug(sheet, things.mug, { tilt: 0.12, handle: 1, filled: false }))
    + place(2120, 1100, 1, pile.markup + place(-10, -pile.height, 0.6, bowl(sheet, '#6f8f8a')))
    + place(850, 1112, 0.9, pear(sheet, '#bdb04f')) + place(958, 1124, 0.84, pear(sheet, '#c99a4a'))
    + glow(sheet, 2400, 1200))
}

function tall(sheet: Sheet, things: Things): string {
  const pile = books(sheet, ['#3c5a5e', '#c7794f', '#e2d3b4'], 400)
  return sheet.finish(1200, 1500, wall(sheet, paint, 1200, 1500)
    + windowLight(sheet, -60, -120, 820, 1240, 2, 3, 0.4)
    + drawPrint(sheet, things.large, uprightQuad(650, 130, 600))
    + tabletop(sheet, oak, 1240, 1200, 1500)
    + place(215, 1300, 1.18, vase(sheet, '#e3d8c4', '#5e7351', 'hero'))
    + place(890, 1308, 1, pile.markup + place(-10, -pile.height, 0.47, drawMug(sheet, things.mug, { tilt: 0.12, handle: 1, filled: false })))
    + drawNotebook(sheet, things.notebook, [[420, 1296], [690, 1310], [660, 1446], [330, 1424]], 24)
    + place(1060, 1404, 0.8, pear(sheet, '#bdb04f'))
    + glow(sheet, 1200, 1500))
}
