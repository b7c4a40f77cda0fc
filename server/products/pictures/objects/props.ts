import { darken, lighten, mix } from '../colour.ts'
import { contactShadow, shade } from '../light.ts'
import { createRandom } from '../random.ts'
import { ringPath } from '../shape.ts'
import type { Point } from '../shape.ts'
import type { Sheet } from '../sheet.ts'

const rounded = (sheet: Sheet) => sheet.linear([[0, shade, 0.34], [0.24, '#ffffff', 0.3], [0.45, '#ffffff', 0], [0.8, shade, 0.34], [1, shade, 0.46]], [0, 0, 1, 0])

/** A branch with leaves, its foot at 0, 0, leaning by `lean` px over `tall` px. */
export function branch(tall: number, lean: number, colour: string, seed: string): string {
  const random = createRandom(seed)
  const at = (t: number): Point => [lean * t ** 1.6, -tall * t]
  let leaves = ''
  for (let i = 2; i <= 12; i++) {
    const t = i / 12
    const [x, y] = at(t)
    const side = i % 2 ? 1 : -1
    const angle = Math.round((side > 0 ? -38 : -142) + random.range(-22, 22) + lean / 12)
    const size = (1.15 - t * 0.5) * tall * 0.2
    const tone = mix(colour, side > 0 ? '#fff3dc' : '#1a120e', random.range(0.02, 0.24))
    leaves += `<g transform="translate(${Math.round(x)} ${Math.round(y)}) rotate(${angle})"><path d="M0 0C${size * 0.3} ${-size * 0.3} ${size * 0.8} ${-size * 0.26} ${size} 0C${size * 0.8} ${size * 0.26} ${size * 0.3} ${size * 0.3} 0 0Z" fill="${tone}"/><path d="M0 0L${size * 0.9} 0" stroke="${darken(tone, 0.3)}" stroke-opacity=".5" stroke-width="2"/></g>`
  }
  return `<path d="${ringPath(Array.from({ length: 7 }, (_, i) => at(i / 6)), false, true)}" fill="none" stroke="${darken(colour, 0.35)}" stroke-width="6" stroke-linecap="round"/>${leaves}`
}

/** A stoneware vase with branches, its foot at 0, 0; 200 wide, 300 tall without them. */
export function vase(sheet: Sheet, colour: string, leaf: string, seed: string): string {
  const d = 'M-44 -300C-40 -276 -36 -262 -40 -244C-56 -216 -104 -184 -104 -118C-104 -58 -84 -16 -66 0C-40 8 40 8 66 0C84 -16 104 -58 104 -118C104 -184 56 -216 40 -244C36 -262 40 -276 44 -300Z'
  const stems = branch(360, 150, leaf, `${seed}a`) + `<g transform="scale(-1 1)">${branch(310, 120, leaf, `${seed}b`)}</g>` + branch(440, 20, leaf, `${seed}c`)
  return `${contactShadow(sheet, 8, 0, 96, 18)}<g transform="translate(0 -290)">${stems}</g><path d="${d}" fill="${colour}"/><path d="M-104 -120C-60 -104 60 -104 104 -120C104 -184 56 -216 40 -244C30 -238 -30 -238 -40 -244C-56 -216 -104 -184 -104 -120Z" fill="${lighten(colour, 0.28)}"/><path d="${d}" fill="${rounded(sheet)}"/><ellipse cy="-299" rx="44" ry="8" fill="${darken(colour, 0.55)}"/><ellipse cy="-300" rx="44" ry="8" fill="none" stroke="${lighten(colour, 0.4)}" stroke-width="3"/>`
}

/** Books lying on each other, the pile's foot centre at 0, 0. Returns the markup and the pile's height. */
export function books(sheet: Sheet, colours: readonly string[], width: number): { markup: string, height: number } {
  let y = 0
  let markup = contactShadow(sheet, 6, 0, width * 0.52, 16)
  colours.forEach((colour, i) => {
    const w = width * (1 - (i * 0.07))
    const h = 42 + ((i * 17) % 22)
    const x = -w / 2 + ((i * 29) % 23) - 11
    y -= h
    markup += `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="7" fill="${colour}"/><path d="M${x + 30} ${y}v${h}m12 0v${-h}M${x + w - 30} ${y}v${h}m-12 0v${-h}" stroke="${lighten(colour, 0.5)}" stroke-opacity=".7" stroke-width="3"/><rect x="${x + w * 0.36}" y="${y + h * 0.4}" width="${w * 0.28}" height="${h * 0.2}" rx="2" fill="${lighten(colour, 0.5)}" opacity=".7"/><rect x="${x}" y="${y}" width="${w}" height="${h}" rx="7" fill="${sheet.linear([[0, '#ffffff', 0.3], [0.3, '#ffffff', 0.04], [1, shade, 0.42]])}"/><rect x="${x}" y="${y}" width="${w}" height="${h}" rx="7" fill="${sheet.linear([[0.5, shade, 0], [1, shade, 0.3]], [0, 0, 1, 0])}"/>`
  })
  return { markup, height: -y }
}

/** A pear, its foot at 0, 0; 130 wide, 190 tall. */
export function pear(sheet: Sheet, colour: string): string {
  const d = 'M-6 -178C-34 -178 -32 -132 -46 -108C-62 -84 -68 -66 -66 -46C-62 -10 -34 2 0 2S64 -10 66 -46C67 -68 56 -86 42 -108C28 -132 26 -178 -6 -178Z'
  return `${contactShadow(sheet, 6, -2, 58, 14)}<path d="M-4 -174C-6 -192 2 -208 12 -214" stroke="#4a3423" stroke-width="7" fill="none" stroke-linecap="round"/><path d="${d}" fill="${colour}"/><path d="${d}" fill="${sheet.radial([[0, '#ffffff', 0.45], [0.4, '#ffffff', 0.04], [0.75, shade, 0.2], [1, shade, 0.46]], 0.34, 0.56, 0.66)}"/>`
}

/** A turned bowl, its foot at 0, 0; 300 wide, 120 tall. */
export function bowl(sheet: Sheet, colour: string): string {
  const d = 'M-150 -116C-146 -50 -96 -4 -58 0H58C96 -4 146 -50 150 -116Z'
  return `${contactShadow(sheet, 8, 0, 110, 16)}<path d="${d}" fill="${colour}"/><path d="${d}" fill="${rounded(sheet)}"/><ellipse cy="-116" rx="150" ry="17" fill="${darken(colour, 0.4)}"/><ellipse cy="-116" rx="150" ry="17" fill="none" stroke="${lighten(colour, 0.45)}" stroke-width="4"/>`
}

/** A pencil lying from 0, 0, `long` px, turned by `angle` degrees. */
export function pencil(sheet: Sheet, colour: string, long: number, angle: number): string {
  return `<g transform="rotate(${angle})"><rect x="6" y="12" width="${long}" height="16" fill="${shade}" opacity=".4" filter="${sheet.blur(6, 0.8)}"/><path d="M0 10L44 0V20Z" fill="#e2c294"/><path d="M0 10L13 7V13Z" fill="#2c2a2a"/><rect x="44" width="${long - 44}" height="20" fill="${colour}"/><rect x="44" y="1" width="${long - 44}" height="6" fill="#fff" opacity=".32"/><rect x="44" y="14" width="${long - 44}" height="6" fill="${shade}" opacity=".3"/></g>`
}
