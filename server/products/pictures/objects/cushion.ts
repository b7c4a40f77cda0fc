import { printed } from '../artwork.ts'
import type { Artwork } from '../artwork.ts'
import { darken, lighten, mix } from '../colour.ts'
import { castShadow, shade, threads } from '../light.ts'
import { colourOf, paletteOf } from '../palettes.ts'
import { disc, rect, ringPath } from '../shape.ts'
import type { Point, Projection } from '../shape.ts'
import type { Sheet } from '../sheet.ts'

/** A plump square cushion, centred on 0, 0; corners 760 apart. `squash` below 1 makes it lower than wide; `plain` shows its back. */
export function drawCushion(sheet: Sheet, art: Artwork, { squash = 1, shadow = true, plain = false } = {}): string {
  const piping = colourOf(art.colour)
  const ground = paletteOf(art.palette).ground
  const half = 380
  const size = 820
  // The sides draw in between the corners; the middle, being nearer, swells.
  const plump = (u: number, v: number): Point => {
    // Motifs may start outside the cloth; a negative base has no real power.
    const [across, down] = [Math.max(0, 1 - u * u), Math.max(0, 1 - v * v)]
    const swell = 1 + 0.1 * across * down
    return [
      u * swell * half * (1 - 0.085 * down ** 1.4) + Math.sin(v * 4 + 1) * 3,
      v * swell * half * squash * (1 - 0.085 * across ** 1.4) + Math.sin(u * 5) * 4,
    ]
  }
  const projection: Projection = { map: ([x, y]) => plump((x / size) * 2 - 1, (y / size) * 2 - 1), scale: 0.95, step: 44 }
  const around: Point[] = []
  const edge = 12
  const side = (at: (t: number) => Point) => {
    for (let i = 0; i < edge; i++) around.push(at(-1 + (2 * i) / edge))
  }
  side(t => plump(t, -1))
  side(t => plump(1, t))
  side(t => plump(-t, 1))
  side(t => plump(-1, -t))
  const body = ringPath(around, true, true)
  const border = art.layout === 'full' ? 0 : 96
  const region = art.layout === 'round'
    ? { within: disc(size / 2, size / 2, size / 2 - border, 32), smooth: true }
    : { within: rect(border, border, size - border * 2, size - border * 2), smooth: false }
  const cloth = plain ? piping : art.layout === 'full' ? ground : mix(ground, piping, 0.12)
  const h = half * squash
  const crease = (x: number, y: number) => `M${x * 368} ${y * h * 0.96}C${x * 300} ${y * h * 0.85} ${x * 268} ${y * h * 0.7} ${x * 240} ${y * h * 0.52}M${x * 348} ${y * h * 0.98}C${x * 292} ${y * h * 0.9} ${x * 220} ${y * h * 0.78} ${x * 170} ${y * h * 0.74}`
  const creases = [crease(-1, -1), crease(1, -1), crease(1, 1), crease(-1, 1)].join('')
  return `${shadow ? castShadow(sheet, body, 20, 30, 22, 0.42) : ''}
    <path d="${body}" fill="${cloth}"/>
    ${plain ? '' : `<g clip-path="${sheet.clip(body)}">${printed(sheet, art, { width: size, height: size, projection, within: region.within, smooth: region.smooth })}</g>`}
    ${threads(sheet.clip(body), -410, -410, 820, 820, 4.6, 0.8)}
    <path d="${body}" fill="${sheet.radial([[0, '#ffffff', 0.3], [0.4, '#ffffff', 0.04], [0.66, shade, 0.08], [0.9, shade, 0.36], [1, shade, 0.55]], 0.4, 0.36, 0.72)}"/>
    <g clip-path="${sheet.clip(body)}"><g filter="${sheet.blur(9, 0.1)}" fill="none" stroke-linecap="round"><path d="${creases}" stroke="${shade}" stroke-opacity=".34" stroke-width="15"/><path d="${creases}" transform="translate(-13 -12)" stroke="#fff" stroke-opacity=".24" stroke-width="11"/></g></g>
    <path d="${body}" fill="none" stroke="${darken(piping, 0.4)}" stroke-width="15"/><path d="${body}" fill="none" stroke="${piping}" stroke-width="11"/><path d="${body}" transform="translate(-1.5 -2)" fill="none" stroke="${lighten(piping, 0.5)}" stroke-opacity=".6" stroke-width="2.6" stroke-dasharray="7 4"/>`
}
