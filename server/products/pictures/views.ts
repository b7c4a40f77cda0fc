import type { Artwork } from './artwork.ts'
import { darken } from './colour.ts'
import { castShadow, place, shade, studio } from './light.ts'
import { drawCushion } from './objects/cushion.ts'
import { drawMug } from './objects/mug.ts'
import { drawNotebook } from './objects/notebook.ts'
import { clip, drawPrint, uprightQuad } from './objects/print.ts'
import type { Quad } from './objects/print.ts'
import { drawFoldedTee, drawTee } from './objects/tee.ts'
import { drawTote } from './objects/tote.ts'
import type { Sheet } from './sheet.ts'

export type Kind = 'print' | 'mug' | 'tote' | 'tee' | 'notebook' | 'cushion'
type View = (sheet: Sheet, art: Artwork) => string

const square = (x: number, y: number, w: number, h: number): Quad => [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
/** A corner of the same thing, from nearer: what is at x, y comes to the middle. */
const closer = (x: number, y: number, scale: number, content: string) => `<g transform="translate(600 600) scale(${scale}) translate(${-x} ${-y})">${content}</g>`

const printFront = (sheet: Sheet, art: Artwork) => drawPrint(sheet, art, uprightQuad(600, 120, 740)) + (art.colour === 'bare' ? clip(600, 120) : '')
const notebookFront = (sheet: Sheet, art: Artwork) => drawNotebook(sheet, art, square(300, 172, 600, 825), 14)

/** Straight on, in the studio. */
export const fronts: Readonly<Record<Kind, View>> = {
  print: (sheet, art) => studio(sheet, 'warm', null) + printFront(sheet, art),
  mug: (sheet, art) => studio(sheet) + place(560, 960, 1.26, drawMug(sheet, art)),
  tote: (sheet, art) => studio(sheet, 'cool', null) + place(600, 378, 1.04, drawTote(sheet, art)),
  tee: (sheet, art) => studio(sheet, 'cool', null) + place(600, 600, 1.13, drawTee(sheet, art)),
  notebook: (sheet, art) => studio(sheet, 'warm', null) + notebookFront(sheet, art),
  cushion: (sheet, art) => studio(sheet, 'warm', null) + place(600, 605, 1.16, drawCushion(sheet, art)),
}

/** From another side: leaning, hung, folded, stacked, filled. */
export const angles: Readonly<Record<Kind, View>> = {
  print: (sheet, art) => {
    const quad: Quad = [[330, 150], [905, 218], [905, 958], [330, 1040]]
    return `${studio(sheet, 'warm', 820)}<path d="M300 1030L905 955L1090 950L720 1046L330 1054Z" fill="${shade}" opacity=".5" filter="${sheet.blur(17)}"/><path d="M298 1036L330 1046L908 964L906 950Z" fill="${shade}" opacity=".75" filter="${sheet.blur(5)}"/>${castShadow(sheet, 'M430 190L905 218V958L430 1000Z', 70, -14, 30, 0.26)}${drawPrint(sheet, art, quad, { shadow: false, thickness: art.colour === 'bare' ? 3 : 30 })}`
  },
  mug: (sheet, art) => studio(sheet, 'cool', 640) + place(650, 1000, 1.2, drawMug(sheet, { ...art, seed: art.seed }, { tilt: 0.3, handle: -1, filled: true })),
  tote: (sheet, art) => `${studio(sheet, 'warm', null)}<rect y="92" width="1200" height="46" fill="${sheet.linear([[0, '#d9b98c'], [0.2, '#c39b68'], [1, '#94703f']])}"/><rect y="138" width="1200" height="40" fill="${sheet.linear([[0, shade, 0.3], [1, shade, 0]])}"/>${place(600, 432, 1, drawTote(sheet, art, true), -2)}<g>${[180, 590, 1000].map(x => `<circle cx="${x + 9}" cy="128" r="24" fill="${shade}" opacity=".3"/><circle cx="${x}" cy="114" r="24" fill="#b98e58"/><circle cx="${x - 6}" cy="108" r="12" fill="#e0bf90"/>`).join('')}</g>`,
  tee: (sheet, art) => studio(sheet, 'warm', null) + place(600, 600, 1.34, drawFoldedTee(sheet, art), -7),
  notebook: (sheet, art) => `${studio(sheet, 'cool', null)}${drawNotebook(sheet, art, [[372, 236], [846, 312], [744, 914], [178, 800]], 62)}`,
  cushion: (sheet, art) => `${studio(sheet, 'cool', null)}${place(716, 470, 0.86, drawCushion(sheet, art, { plain: true }), 22)}${place(520, 690, 0.96, drawCushion(sheet, art), -9)}`,
}

/** Close enough to see what it is made of. */
export const details: Readonly<Record<Kind, View>> = {
  print: (sheet, art) => studio(sheet, 'warm', null) + closer(400, 350, 2.1, printFront(sheet, art)),
  mug: (sheet, art) => studio(sheet, 'warm', 1000) + closer(690, 500, 1.9, place(560, 960, 1.26, drawMug(sheet, art))),
  tote: (sheet, art) => studio(sheet, 'cool', null) + closer(452, 520, 2.2, place(600, 378, 1.04, drawTote(sheet, art))),
  tee: (sheet, art) => studio(sheet, 'cool', null) + closer(640, 330, 2.15, place(600, 600, 1.13, drawTee(sheet, art))),
  notebook: (sheet, art) => `<rect width="1200" height="1200" fill="#cfc6b8"/>${studio(sheet, 'warm', null)}${closer(690, 800, 1.9, drawNotebook(sheet, art, [[372, 236], [846, 312], [744, 914], [178, 800]], 62))}`,
  cushion: (sheet, art) => `<rect width="1200" height="1200" fill="${darken('#cfc6b8', 0.1)}"/>${studio(sheet, 'cool', null)}${closer(830, 380, 2.1, place(600, 605, 1.16, drawCushion(sheet, art)))}`,
}
