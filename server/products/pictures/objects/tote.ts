import { printed } from '../artwork.ts'
import type { Artwork } from '../artwork.ts'
import { darken, lighten, luminance } from '../colour.ts'
import { castShadow, shade, threads } from '../light.ts'
import { colourOf } from '../palettes.ts'
import { disc, rect, ringPath } from '../shape.ts'
import type { Point, Projection } from '../shape.ts'
import type { Sheet } from '../sheet.ts'

/**
 * A cotton tote, its top hem's centre at 0, 0; 640 wide, 720 deep, handles 330 above.
 * `hung` gathers the hem under the handles, as on a peg; otherwise it lies flat.
 */
export function drawTote(sheet: Sheet, art: Artwork, hung = false): string {
  const cloth = colourOf(art.colour)
  const dark = luminance(cloth) < 0.2
  const [width, height] = [640, 720]
  const sag = hung ? 34 : 9
  const squeeze = hung ? 0.06 : 0.015
  const drape: Projection = {
    map: ([x, y]) => {
      const u = x / width - 0.5
      const v = y / height
      const wave = hung ? Math.sin(u * 13 + 0.6) * 7 * (0.3 + v) : Math.sin(u * 7 + v * 3) * 2.5
      const hem = sag * (1 - v) * (1 - (Math.abs(u) * 3.2 - 0.75) ** 2) * (hung ? -0.8 : 0.4)
      return [u * width * (1 - squeeze * (1 - v)) + Math.sin(v * 5 + 1) * 3, y + hem + wave * v + (hung ? 14 * Math.cos(u * 3) * v : 0)]
    },
    scale: 1,
    step: 44,
  }
  const around: Point[] = []
  for (let i = 0; i <= 14; i++) around.push([(width * i) / 14, 0])
  for (let i = 1; i <= 12; i++) around.push([width, (height * i) / 12])
  for (let i = 1; i <= 14; i++) around.push([width * (1 - i / 14), height])
  for (let i = 1; i < 12; i++) around.push([0, height * (1 - i / 12)])
  const body = ringPath(around.map(drape.map), true, true)
  const [panelX, panelY, panelW, panelH] = art.layout === 'full' ? [0, 74, width, height - 74] : [84, 128, width - 168, height - 210]
  const local: Projection = { ...drape, map: ([x, y]) => drape.map([x + panelX, y + panelY]) }
  const region = art.layout === 'round' ? { within: disc(panelW / 2, panelH / 2, panelW / 2, 28), smooth: true } : { within: rect(0, 0, panelW, panelH), smooth: false }
  const peak = hung ? -330 : -296
  const strap = (shift: number, lift: number, tone: string) => {
    const half = hung ? 26 : 112
    const d = hung
      ? `M${-150 + shift} 46C${-140 + shift} -90 ${-half} ${peak + 60 + lift} 0 ${peak + lift}C${half} ${peak + 60 + lift} ${140 + shift} -90 ${150 + shift} 46`
      : `M${-150 + shift} 40C${-156 + shift} -110 ${-half + shift} ${peak + lift} ${shift} ${peak + lift}C${half + shift} ${peak + lift} ${156 + shift} -110 ${150 + shift} 40`
    return `<path d="${d}" fill="none" stroke="${darken(tone, 0.32)}" stroke-width="42"/><path d="${d}" transform="translate(-1.5 -1.5)" fill="none" stroke="${tone}" stroke-width="38"/><path d="${d}" fill="none" stroke="${dark ? lighten(tone, 0.25) : darken(tone, 0.2)}" stroke-opacity=".6" stroke-width="29" stroke-dasharray="5 5"/><path d="${d}" fill="none" stroke="${tone}" stroke-width="26"/>`
  }
  const patch = (x: number) => `<path d="M${x - 19} 8h38v56h-38z" fill="${cloth}"/><path d="M${x - 13} 14h26v44h-26zl26 44m0 -44l-26 44" fill="none" stroke="${dark ? lighten(cloth, 0.35) : darken(cloth, 0.3)}" stroke-width="2" stroke-dasharray="4 3"/>`
  const folds = `<g filter="${sheet.blur(11, 0.1)}" fill="none" stroke-linecap="round">
    <path d="M-232 60C-244 240 -196 420 -236 690M-40 110C-20 300 -70 460 -30 700M236 90C204 300 262 480 216 690" stroke="${shade}" stroke-opacity=".2" stroke-width="26"/>
    <path d="M-194 60C-206 240 -158 420 -196 690M10 110C30 300 -22 460 20 700M272 90C244 300 296 480 254 660" stroke="#fff" stroke-opacity="${dark ? 0.12 : 0.34}" stroke-width="24"/>
    <path d="M-150 64C-120 130 -60 150 0 140S130 120 150 64" stroke="${shade}" stroke-opacity="${hung ? 0.22 : 0.1}" stroke-width="20"/></g>`
  return `${castShadow(sheet, body, hung ? 40 : 16, hung ? 34 : 22, hung ? 24 : 15, 0.36)}
    ${strap(14, 18, darken(cloth, 0.18))}
    <path d="${body}" fill="${cloth}"/>
    ${printed(sheet, art, { width: panelW, height: panelH, projection: local, within: region.within, smooth: region.smooth, ground: cloth })}
    ${threads(sheet.clip(body), -340, -20, 680, 800, 4.6, 0.9)}
    <g clip-path="${sheet.clip(body)}">${folds}</g>
    <path d="${body}" fill="${sheet.linear([[0, '#ffffff', 0.14], [0.4, '#ffffff', 0], [0.7, shade, 0.05], [1, shade, 0.28]], [0, 0, 1, 0.7])}"/>
    <path d="${ringPath(Array.from({ length: 15 }, (_, i) => drape.map([(width * i) / 14, 50])), false, true)}" fill="none" stroke="${dark ? lighten(cloth, 0.3) : darken(cloth, 0.3)}" stroke-width="2.4" stroke-dasharray="9 6"/>
    ${strap(0, 0, cloth)}${patch(-150)}${patch(150)}`
}
