import type { Artwork } from './artwork.ts'
import { darken, lighten, mix } from './colour.ts'
import { castShadow, contactShadow, place, shade, tabletop, threads, wall, warmLight, windowLight } from './light.ts'
import { drawCushion } from './objects/cushion.ts'
import { drawMug } from './objects/mug.ts'
import { drawNotebook } from './objects/notebook.ts'
import { clip, drawPrint, uprightQuad } from './objects/print.ts'
import { bowl, books, pear, pencil, vase } from './objects/props.ts'
import { drawTee } from './objects/tee.ts'
import { drawTote } from './objects/tote.ts'
import { paletteOf } from './palettes.ts'
import { cycle } from './random.ts'
import type { Sheet } from './sheet.ts'
import type { Kind } from './views.ts'

type Scene = (sheet: Sheet, art: Artwork) => string

export const leafGreen = '#5f7350'
export const stoneware = '#d9cdb8'

/** A room's colours: the palette's wall, with things in inks that don't compete with the pattern. */
function room(art: Artwork) {
  const palette = paletteOf(art.palette)
  const soft = (i: number) => mix(cycle(palette.inks, i), stoneware, 0.35)
  return { ...palette, soft, spines: [soft(0), soft(2), soft(1)] }
}

/** Sun lies over the things too, or they would look pasted on. */
const glow = (sheet: Sheet) => `<rect width="1200" height="1200" fill="${sheet.radial([[0, warmLight, 0.26], [1, warmLight, 0]], 0.16, 0.12, 0.8)}"/><rect width="1200" height="1200" fill="${sheet.linear([[0.6, shade, 0], [1, shade, 0.2]], [0, 0, 1, 0.6])}"/>`

export const scenes: Readonly<Record<Kind, Scene>> = {
  print: (sheet, art) => {
    const { wall: paint, surface, soft, spines } = room(art)
    const pile = books(sheet, spines.slice(0, 2), 290)
    return wall(sheet, paint, 1200, 1200) + windowLight(sheet, -60, -60, 560, 900)
      + drawPrint(sheet, art, uprightQuad(640, 110, 560)) + (art.colour === 'bare' ? clip(640, 110) : '')
      + tabletop(sheet, surface, 1010, 1200, 1200)
      + place(245, 1056, 1, vase(sheet, stoneware, leafGreen, `v${art.seed}`))
      + place(900, 1066, 1, pile.markup + place(-20, -pile.height, 0.62, bowl(sheet, soft(3))))
      + glow(sheet)
  },
  mug: (sheet, art) => {
    const { wall: paint, surface, spines } = room(art)
    const pile = books(sheet, [...spines].reverse(), 420)
    return wall(sheet, paint, 1200, 1200) + windowLight(sheet, 80, -120, 700, 940)
      + tabletop(sheet, surface, 830, 1200, 1200)
      + place(890, 906, 1.15, pile.markup + place(-60, -pile.height, 0.9, pear(sheet, '#b9b04e')))
      + place(470, 1030, 1.05, drawMug(sheet, art, { tilt: 0.14, handle: 1, filled: true }))
      + place(130, 980, 0.95, pear(sheet, '#c9b257')) + glow(sheet)
  },
  tote: (sheet, art) => {
    const { wall: paint, surface } = room(art)
    const peg = (x: number) => `<circle cx="${x + 12}" cy="196" r="20" fill="${shade}" opacity=".35"/><circle cx="${x}" cy="182" r="20" fill="${darken(surface, 0.1)}"/><circle cx="${x - 5}" cy="177" r="10" fill="${lighten(surface, 0.4)}"/>`
    return wall(sheet, paint, 1200, 1200) + windowLight(sheet, 60, 60, 620, 980)
      + `<rect y="196" width="1200" height="30" fill="${sheet.linear([[0, shade, 0.36], [1, shade, 0]])}"/><rect y="160" width="1200" height="40" fill="${sheet.linear([[0, lighten(surface, 0.3)], [0.25, surface], [1, darken(surface, 0.25)]])}"/>`
      + peg(150) + peg(960)
      + place(520, 432, 0.8, drawTote(sheet, art, true), 1.5) + peg(525)
      + place(960, 208, 1, `<g transform="rotate(176)">${place(0, 0, 1.1, `<path d="M-30 -10L34 -8L10 -60Z" fill="#8a6a48"/>`)}${place(0, -30, 1.05, dried())}</g>`)
      + glow(sheet)
  },
  tee: (sheet, art) => {
    const { wall: paint, surface } = room(art)
    const hanger = `<path d="M600 118V84a26 26 0 1 1 26 -26" fill="none" stroke="#8d8478" stroke-width="8" stroke-linecap="round"/><path d="M600 112C700 150 810 200 864 240C874 250 868 262 852 258C760 226 680 190 600 178C520 190 440 226 348 258C332 262 326 250 336 240C390 200 500 150 600 112Z" fill="${sheet.linear([[0, lighten(surface, 0.35)], [1, darken(surface, 0.15)]])}"/>`
    return wall(sheet, paint, 1200, 1200) + windowLight(sheet, -40, 40, 700, 1020)
      + `<rect y="40" width="1200" height="16" fill="${sheet.linear([[0, '#a9a196'], [1, '#5c564e']])}"/><rect y="70" width="1200" height="16" fill="${shade}" opacity=".22"/>`
      + castShadow(sheet, 'M600 112C700 150 810 200 864 240L348 258C400 200 500 150 600 112Z', 40, 40, 14, 0.24)
      + hanger + place(600, 604, 1.05, drawTee(sheet, art)) + glow(sheet)
  },
  notebook: (sheet, art) => {
    const { wall: paint, surface, soft } = room(art)
    const mugArt: Artwork = { ...art, colour: 'salt', layout: 'panel' }
    return wall(sheet, paint, 1200, 1200) + windowLight(sheet, 420, -140, 560, 700)
      + tabletop(sheet, surface, 470, 1200, 1200)
      + place(940, 640, 0.62, drawMug(sheet, mugArt, { tilt: 0.24, handle: 1, filled: true }))
      + place(190, 560, 0.9, vase(sheet, soft(3), leafGreen, `n${art.seed}`))
      + drawNotebook(sheet, art, [[396, 560], [770, 588], [786, 1064], [250, 1010]], 46)
      + place(850, 1040, 1, pencil(sheet, cycle(paletteOf(art.palette).inks, 1), 310, -58)) + glow(sheet)
  },
  cushion: (sheet, art) => {
    const { wall: paint, ground, surface } = room(art)
    const linen = mix(mix(ground, '#e4dccd', 0.75), '#b7ab98', 0.2)
    const back = 'M60 470C62 420 90 400 140 396H1060C1110 400 1140 420 1140 470V900H60Z'
    const seat = 'M20 876C22 836 50 824 90 822H1110C1150 824 1180 836 1180 876V1010H20Z'
    return wall(sheet, paint, 1200, 1200) + windowLight(sheet, 40, -200, 640, 800)
      + castShadow(sheet, back, 36, -12, 22, 0.3)
      + `<rect y="1120" width="1200" height="80" fill="${darken(surface, 0.2)}"/><path d="M90 1010h34l-10 130h-18zM1076 1010h34l-6 130h-18z" fill="${darken(surface, 0.45)}"/>`
      + `<path d="${back}" fill="${sheet.linear([[0, lighten(linen, 0.3)], [0.5, linen], [1, darken(linen, 0.28)]], [0, 0, 0.6, 1])}"/><path d="M600 400V840" stroke="${shade}" stroke-opacity=".3" stroke-width="5"/><path d="M612 404V840" stroke="#fff" stroke-opacity=".3" stroke-width="5"/>`
      + threads(sheet.clip(back), 60, 396, 1080, 504, 6, 0.6)
      + contactShadow(sheet, 560, 850, 420, 40, 0.5)
      + `<path d="${seat}" fill="${sheet.linear([[0, lighten(linen, 0.4)], [0.35, linen], [1, darken(linen, 0.4)]])}"/>`
      + threads(sheet.clip(seat), 20, 822, 1160, 190, 6, 0.6)
      + place(820, 592, 0.63, drawCushion(sheet, { ...art, layout: 'full', pattern: 'weave', colour: 'oat' }), 9)
      + place(450, 578, 0.74, drawCushion(sheet, art), -5)
      + glow(sheet)
  },
}

/** A dried bunch, hung head down. */
export function dried(): string {
  let heads = ''
  for (let i = 0; i < 13; i++) {
    const angle = -36 + i * 6
    const long = 210 + ((i * 53) % 90)
    heads += `<g transform="rotate(${angle})"><path d="M0 0V${-long}" stroke="#8c7a4e" stroke-width="4"/><ellipse cy="${-long}" rx="${10 + (i % 3) * 3}" ry="${24 + (i % 4) * 5}" fill="${i % 2 ? '#c9ad6b' : '#b58c50'}"/></g>`
  }
  return heads
}
