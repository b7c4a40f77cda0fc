import { type OwnShelf, sceneSizes } from '../../../shared/scenes.ts'
import type { Artwork } from './artwork.ts'
import { darken, lighten, mix } from './colour.ts'
import { castShadow, contactShadow, place, shade, tabletop, threads, wall, warmLight, windowLight } from './light.ts'
import { drawCushion } from './objects/cushion.ts'
import { drawMug } from './objects/mug.ts'
import { drawNotebook } from './objects/notebook.ts'
import { drawPrint, uprightQuad } from './objects/print.ts'
import { bowl, books, pear, pencil, vase } from './objects/props.ts'
import { drawTee } from './objects/tee.ts'
import { drawTote } from './objects/tote.ts'
import { dried, leafGreen, stoneware } from './scenes.ts'
import { createSheet } from './sheet.ts'
import type { Sheet } from './sheet.ts'

const [width, height] = sceneSizes.cover
const oak = '#b08558'
const art = (pattern: Artwork['pattern'], palette: string, colour: string, layout: Artwork['layout'], seed: number): Artwork => ({ pattern, palette, colour, layout, seed })
const room = (sheet: Sheet, paint: string, light: [x: number, width: number]) => wall(sheet, paint, width, height) + windowLight(sheet, light[0], -160, light[1], 980, 3, 3, 0.4)
const peg = (x: number, y: number) => `<circle cx="${x + 10}" cy="${y + 12}" r="16" fill="${shade}" opacity=".35"/><circle cx="${x}" cy="${y}" r="16" fill="${darken(oak, 0.15)}"/><circle cx="${x - 4}" cy="${y - 4}" r="8" fill="${lighten(oak, 0.4)}"/>`
const rail = (sheet: Sheet, y: number, tone: string, thick: number) => `<rect y="${y + thick}" width="${width}" height="26" fill="${sheet.linear([[0, shade, 0.34], [1, shade, 0]])}"/><rect y="${y}" width="${width}" height="${thick}" fill="${sheet.linear([[0, lighten(tone, 0.35)], [0.25, tone], [1, darken(tone, 0.3)]])}"/>`
const glow = (sheet: Sheet) => `<rect width="${width}" height="${height}" fill="${sheet.radial([[0, warmLight, 0.3], [1, warmLight, 0]], 0.1, 0.06, 0.85)}"/><rect width="${width}" height="${height}" fill="${sheet.linear([[0.55, shade, 0], [1, shade, 0.24]], [0, 0.1, 1, 0.5])}"/>`

const covers: Readonly<Record<OwnShelf, (sheet: Sheet) => string>> = {
  prints: (sheet) => {
    const pile = books(sheet, ['#5f8087', '#c75d3c', '#e2d3b4'], 300)
    return room(sheet, '#b9bfae', [60, 900])
      + drawPrint(sheet, art('block', 'marigold', 'walnut', 'panel', 5), uprightQuad(520, 70, 400))
      + drawPrint(sheet, art('moire', 'harbour', 'black', 'full', 9), uprightQuad(900, 150, 270))
      + drawPrint(sheet, art('orchard', 'brick', 'oak', 'panel', 3), uprightQuad(1235, 60, 330))
      + tabletop(sheet, oak, 740, width, height)
      + place(215, 796, 0.98, vase(sheet, stoneware, leafGreen, 'shelf'))
      + place(1190, 800, 1, pile.markup + place(-10, -pile.height, 0.5, bowl(sheet, '#6f8f8a'))) + place(860, 806, 0.72, pear(sheet, '#c9a24e')) + glow(sheet)
  },
  mugs: (sheet) => {
    const stand = (x: number, size: number, one: Artwork, handle: 1 | -1 = 1, filled = false) => place(x, 792, size, drawMug(sheet, one, { tilt: 0.11, handle, filled }))
    return room(sheet, '#cfab94', [240, 820]) + tabletop(sheet, '#8d5f43', 690, width, height)
      + stand(262, 0.6, art('tile', 'lido', 'salt', 'full', 4), -1) + stand(640, 0.74, art('cutout', 'harbour', 'ochre', 'full', 11), 1)
      + stand(1052, 0.6, art('dune', 'kelp', 'kelp', 'full', 6), 1) + stand(1372, 0.46, art('pebble', 'plum', 'rose', 'full', 8), 1)
      + place(446, 816, 0.8, pear(sheet, '#bdb04f')) + glow(sheet)
  },
  totes: sheet => room(sheet, '#a9b8bb', [200, 900]) + rail(sheet, 92, oak, 34)
    + place(360, 300, 0.66, drawTote(sheet, art('turn', 'marigold', 'oat', 'panel', 4), true), 1.4) + peg(362, 110)
    + place(800, 314, 0.76, drawTote(sheet, art('cutout', 'heather', 'rose', 'full', 2), true), -1) + peg(798, 110)
    + place(1210, 296, 0.63, drawTote(sheet, art('seedhead', 'lido', 'ink', 'round', 7), true), 1) + peg(1212, 110)
    + place(1478, 122, 0.86, `<g transform="rotate(177)"><path d="M-30 -10L34 -8L10 -60Z" fill="#8a6a48"/>${place(0, -30, 1, dried())}</g>`) + peg(1478, 110)
    + peg(110, 110) + glow(sheet),
  tees: (sheet) => {
    const hanger = `<path d="M0 -8V-40a24 24 0 1 1 24 -24" fill="none" stroke="#8d8478" stroke-width="8" stroke-linecap="round"/><path d="M0 -14C96 22 200 70 252 108C262 118 256 130 240 126C152 96 76 62 0 50C-76 62 -152 96 -240 126C-256 130 -262 118 -252 108C-200 70 -96 22 0 -14Z" fill="${sheet.linear([[0, lighten(oak, 0.35)], [1, darken(oak, 0.15)]])}"/>`
    const hung = (x: number, size: number, one: Artwork, turn: number) => place(x, 116 - 64 * (1 - size), size, hanger + place(0, 482, 1, drawTee(sheet, one)), turn)
    return room(sheet, '#c7b6a6', [120, 860]) + rail(sheet, 30, '#8b857c', 14)
      + hung(370, 0.78, art('drift', 'kelp', 'fog', 'panel', 3), 1) + hung(1250, 0.78, art('stem', 'brick', 'kelp', 'panel', 5), -1)
      + hung(800, 0.86, art('dune', 'plum', 'salt', 'round', 4), 0) + glow(sheet)
  },
  notebooks: (sheet) => {
    const cup = drawMug(sheet, art('weave', 'harbour', 'salt', 'full', 2), { tilt: 0.24, handle: 1, filled: true })
    return wall(sheet, '#b7c0b4', width, height) + windowLight(sheet, 560, -300, 620, 620, 2, 3, 0.4) + tabletop(sheet, '#a87b50', 250, width, height)
      + place(1370, 420, 0.55, cup) + place(170, 330, 0.72, vase(sheet, '#8fa3a0', leafGreen, 'desk'))
      + drawNotebook(sheet, art('pebble', 'fog', 'oat', 'full', 6), [[300, 330], [590, 320], [560, 690], [196, 700]], 34)
      + drawNotebook(sheet, art('cutout', 'brick', 'ink', 'full', 9), [[690, 380], [1010, 392], [1042, 830], [628, 806]], 42)
      + drawNotebook(sheet, art('drift', 'lido', 'kelp', 'panel', 3), [[1150, 470], [1420, 512], [1396, 828], [1064, 770]], 34)
      + place(1090, 436, 0.92, pencil(sheet, '#c8583f', 300, -14)) + glow(sheet)
  },
  cushions: (sheet) => {
    const linen = mix('#d9d0bf', '#b7ab98', 0.25)
    const back = 'M60 330C62 286 92 268 150 264H1450C1508 268 1538 286 1540 330V740H60Z'
    const seat = 'M10 690C12 652 44 640 96 638H1504C1556 640 1588 652 1590 690V812H10Z'
    return room(sheet, '#a6b7b2', [160, 880])
      + castShadow(sheet, back, 36, -10, 22, 0.3)
      + `<rect y="872" width="${width}" height="28" fill="#6b4a33"/><path d="M120 812h34l-10 70h-16zM1446 812h34l-8 70h-16z" fill="#4b3120"/>`
      + `<path d="${back}" fill="${sheet.linear([[0, lighten(linen, 0.3)], [0.5, linen], [1, darken(linen, 0.28)]], [0, 0, 0.6, 1])}"/><path d="M560 268V660M1050 268V660" stroke="${shade}" stroke-opacity=".26" stroke-width="5"/><path d="M570 268V660M1060 268V660" stroke="#fff" stroke-opacity=".3" stroke-width="4"/>`
      + threads(sheet.clip(back), 60, 264, 1480, 480, 9, 0.6)
      + contactShadow(sheet, 800, 664, 620, 34, 0.45)
      + `<path d="${seat}" fill="${sheet.linear([[0, lighten(linen, 0.4)], [0.35, linen], [1, darken(linen, 0.4)]])}"/>`
      + threads(sheet.clip(seat), 10, 638, 1580, 176, 9, 0.6)
      + place(1200, 470, 0.53, drawCushion(sheet, art('moire', 'plum', 'oat', 'full', 4)), 8)
      + place(400, 456, 0.57, drawCushion(sheet, art('scale', 'harbour', 'ink', 'full', 6)), -7)
      + place(800, 448, 0.6, drawCushion(sheet, art('block', 'marigold', 'salt', 'full', 3)), 3) + glow(sheet)
  },
}

/** A still life of one shelf, 1600 × 900; what matters lies in the middle, so that it may be cut wider. The same shelf gives the same text. */
export function drawCover(shelf: OwnShelf): string {
  const sheet = createSheet()
  return sheet.finish(width, height, covers[shelf](sheet))
}
