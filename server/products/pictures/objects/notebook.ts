import { printed } from '../artwork.ts'
import type { Artwork } from '../artwork.ts'
import { darken, lighten, luminance } from '../colour.ts'
import { castShadow, shade, threads } from '../light.ts'
import { colourOf } from '../palettes.ts'
import { disc, perspective, projectedPath, rect, ringPath } from '../shape.ts'
import type { Point, Projection } from '../shape.ts'
import type { Sheet } from '../sheet.ts'
import type { Quad } from './print.ts'

const size = { width: 640, height: 880 }

/** A clothbound notebook, 640 × 880 units, its cover on the four corners of `quad`; the pages show `thickness` px below the near edge. */
export function drawNotebook(sheet: Sheet, art: Artwork, quad: Quad, thickness: number, shadow = true): string {
  const cloth = colourOf(art.colour)
  const dark = luminance(cloth) < 0.2
  const cover = perspective(size.width, size.height, quad)
  const path = (points: Point[]) => projectedPath(points, cover)
  const spine = 78
  const r = 16
  const [w, h] = [size.width, size.height]
  const outer = path([[4, 0], [w - r, 0], [w - r * 0.3, r * 0.3], [w, r], [w, h - r], [w - r * 0.3, h - r * 0.3], [w - r, h], [4, h], [0, h - 5], [0, 5]])
  const [, tr, br, bl] = quad
  const down = (p: Point, share = 1, inset = 0): Point => [p[0] + thickness * 0.12 * share + inset, p[1] + thickness * share]
  const lean = thickness * 0.4
  const back = ringPath([bl, br, tr, [tr[0] + lean, tr[1] + thickness * 0.5], [br[0] + lean, br[1] + thickness], [bl[0] + thickness * 0.2, bl[1] + thickness]], true, false)
  let pages = `<path d="${back}" fill="${darken(cloth, 0.35)}"/>`
  pages += `<path d="${ringPath([[bl[0] + 10, bl[1] - 1], [br[0] - 4, br[1] - 1], [tr[0] - 4, tr[1] + 6], [tr[0] + lean - 9, tr[1] + thickness * 0.5], [br[0] + lean - 9, br[1] + thickness - 8], down(bl, 0.86, 10)], true, false)}" fill="#efe6d2"/>`
  for (let k = 1; k < 6; k++) {
    const t = k / 6.5
    pages += `<path d="${ringPath([[bl[0] + 12, bl[1] + thickness * t * 0.88], [br[0] - 6 + lean * t, br[1] + thickness * t * 0.9], [tr[0] - 5 + lean * t, tr[1] + thickness * 0.5 * t + 5]], false, false)}" fill="none" stroke="#b9a988" stroke-opacity=".6" stroke-width="1.5"/>`
  }
  const [x, y, pw, ph] = art.layout === 'full' ? [spine, 0, w - spine, h] : art.layout === 'panel' ? [spine + 62, 76, w - spine - 124, h - 152] : [spine + 56, 150, w - spine - 112, w - spine - 112]
  const inner: Projection = { map: ([px, py]) => cover.map([px + x, py + y]), scale: cover.scale, step: Infinity }
  const region = art.layout === 'round' ? { within: disc(pw / 2, ph / 2, pw / 2, 28), smooth: true } : { within: rect(0, 0, pw, ph), smooth: false }
  const xs = quad.map(p => p[0])
  const ys = quad.map(p => p[1])
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  const elastic = [w - 84, w - 58] as const
  const band = dark ? lighten(cloth, 0.55) : darken(cloth, 0.55)
  const ribbon = ringPath([down(bl, 0.7, w * cover.scale * 0.36), down(bl, 1.5, w * cover.scale * 0.38), down(bl, 2.1, w * cover.scale * 0.41), down(bl, 1.9, w * cover.scale * 0.44), down(bl, 1.4, w * cover.scale * 0.415), down(bl, 0.7, w * cover.scale * 0.395)], true, false)
  return `${shadow ? castShadow(sheet, `${outer}${back}`, 20, 24, 15, 0.45) : ''}${thickness > 20 ? `<path d="${ribbon}" fill="${band}"/>` : ''}${pages}
    <path d="${outer}" fill="${cloth}"/>
    <g clip-path="${sheet.clip(outer)}">${printed(sheet, art, { width: pw, height: ph, projection: inner, within: region.within, smooth: region.smooth, ...(art.layout === 'full' ? {} : { ground: cloth }) })}
    <path d="${path(rect(0, 0, spine, h))}" fill="${cloth}"/>
    ${threads(sheet.clip(outer), left, top, Math.max(...xs) - left, Math.max(...ys) - top, 4.6 * cover.scale + 0.6, 1)}
    <path d="${path(rect(0, 0, spine, h))}" fill="${sheet.linear([[0, shade, 0.4], [0.3, '#ffffff', 0.16], [0.75, shade, 0.04], [0.9, shade, 0.34], [1, shade, 0]], [0, 0, 1, 0])}"/>
    <path d="${path(rect(spine - 3, 0, 9, h))}" fill="${shade}" opacity=".28"/><path d="${path(rect(spine + 6, 0, 4, h))}" fill="#fff" opacity=".22"/>
    <path d="${path(rect(elastic[0] + 8, 0, elastic[1] - elastic[0], h))}" fill="${shade}" opacity=".3"/></g>
    <path d="${path([[elastic[0], -3], [elastic[1], -3], [elastic[1], h + 4], [elastic[0], h + 4]])}" fill="${band}"/><path d="${path(rect(elastic[0] + 4, 0, 5, h))}" fill="#fff" opacity=".25"/>
    <path d="${outer}" fill="${sheet.linear([[0, '#ffffff', 0.18], [0.35, '#ffffff', 0.02], [0.7, shade, 0.03], [1, shade, 0.22]], [0, 0, 1, 0.9])}"/>
    <path d="${outer}" fill="none" stroke="#fff" stroke-opacity=".2" stroke-width="2"/>`
}
