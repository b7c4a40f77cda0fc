import { layoutRegion, printed } from '../artwork.ts'
import type { Artwork } from '../artwork.ts'
import { darken, lighten } from '../colour.ts'
import { castShadow, shade } from '../light.ts'
import { colourOf } from '../palettes.ts'
import { disc, perspective, projectedPath, rect, ringPath } from '../shape.ts'
import type { Point, Projection } from '../shape.ts'
import type { Sheet } from '../sheet.ts'

export type Quad = readonly [Point, Point, Point, Point]

const paper = '#faf7f0'
const size = { width: 1000, height: 1280 }

/** Where the picture lies on the paper, by layout. */
function pictureOn(art: Artwork, margin: number) {
  const inner = { width: size.width - margin * 2, height: size.height - margin * 2 }
  if (art.layout === 'round') return { ...inner, height: inner.width, top: (size.height - inner.width) * 0.44, region: { within: disc(inner.width / 2, inner.width / 2, inner.width / 2, 28), smooth: true } }
  return { ...inner, top: margin, region: layoutRegion('full', inner.width, inner.height, 0) }
}

/**
 * A print, 1000 × 1280 units, laid on the four corners of `quad` (clockwise from top left), framed unless its colour is `bare`.
 * `thickness` is how much of the frame's or paper's left edge one sees, in pixels.
 */
export function drawPrint(sheet: Sheet, art: Artwork, quad: Quad, { shadow = true, thickness = 0 } = {}): string {
  const framed = art.colour !== 'bare'
  const frame = colourOf(art.colour)
  const whole = perspective(size.width, size.height, quad)
  const bar = framed ? 38 : 0
  const margin = art.layout === 'full' ? (framed ? bar : 46) : framed ? 158 : 104
  const picture = pictureOn(art, margin)
  const inner: Projection = { map: ([x, y]) => whole.map([x + margin, y + picture.top]), scale: whole.scale, step: art.layout === 'round' ? Infinity : 400 }
  const path = (points: Point[]) => projectedPath(points, whole)
  const outer = path(rect(0, 0, size.width, size.height))
  const [tl, , , bl] = quad
  let result = ''
  if (shadow) result += castShadow(sheet, outer, 26, 34, framed ? 20 : 13, framed ? 0.42 : 0.3) + `<path d="${outer}" transform="translate(4 6)" fill="${shade}" opacity=".22"/>`
  if (thickness) result += `<path d="${ringPath([tl, [tl[0] - thickness, tl[1] + thickness * 0.1], [bl[0] - thickness, bl[1] - thickness * 0.35], bl], true, false)}" fill="${darken(framed ? frame : paper, 0.38)}"/>`
  result += `<path d="${outer}" fill="${paper}"/>`
  result += printed(sheet, art, { width: picture.width, height: picture.height, projection: inner, within: picture.region.within, smooth: picture.region.smooth })
  if (!framed) {
    return `${result}<path d="${outer}" fill="${sheet.linear([[0, '#ffffff', 0.16], [0.3, '#ffffff', 0], [0.75, shade, 0.02], [1, shade, 0.14]], [0, 0, 1, 1])}"/>`
  }
  if (art.layout !== 'full') {
    // The bevel of the window in the mount: dark above, light below.
    const bevel = art.layout === 'round'
      ? projectedPath(picture.region.within, inner, true)
      : path(rect(margin, picture.top, picture.width, picture.height))
    result += `<path d="${bevel}" fill="none" stroke="${sheet.linear([[0, shade, 0.5], [0.5, shade, 0.16], [1, '#ffffff', 0.9]], [0, 0, 1, 1])}" stroke-width="${7 * whole.scale}"/>`
  }
  const [w, h] = [size.width, size.height]
  // The frame's shadow on the mount.
  result += `<g clip-path="${sheet.clip(path(rect(bar, bar, w - bar * 2, h - bar * 2)))}"><path d="${path([[0, 0], [w, 0], [w, bar + 20], [bar + 24, bar + 20], [bar + 24, h], [0, h]])}" fill="${shade}" opacity=".13"/><path d="${path([[0, 0], [w, 0], [w, bar + 11], [bar + 13, bar + 11], [bar + 13, h], [0, h]])}" fill="${shade}" opacity=".16"/></g>`
  const bars: [Point[], string][] = [
    [[[0, 0], [w, 0], [w - bar, bar], [bar, bar]], lighten(frame, 0.16)],
    [[[0, 0], [bar, bar], [bar, h - bar], [0, h]], lighten(frame, 0.05)],
    [[[w, 0], [w, h], [w - bar, h - bar], [w - bar, bar]], darken(frame, 0.2)],
    [[[0, h], [bar, h - bar], [w - bar, h - bar], [w, h]], darken(frame, 0.12)],
  ]
  for (const [points, tone] of bars) result += `<path d="${path(points)}" fill="${tone}"/>`
  for (const k of [9, 17, 26]) {
    result += `<path d="${path(rect(k, k, w - k * 2, h - k * 2))}" fill="none" stroke="${k === 17 ? lighten(frame, 0.4) : darken(frame, 0.4)}" stroke-opacity=".3" stroke-width="1.6"/>`
  }
  // Glass: one broad slanting reflection.
  return `${result}<path d="${path([[bar, h * 0.52], [w * 0.62, bar], [w * 0.86, bar], [bar, h * 0.74]])}" fill="#fff" opacity=".07"/><path d="${path([[bar, h * 0.8], [w * 0.92, bar], [w * 0.955, bar], [bar, h * 0.84]])}" fill="#fff" opacity=".06"/>`
}

/** Straight on, `width` px wide, its top centre at x, y. */
export function uprightQuad(x: number, y: number, width: number): Quad {
  const height = (width * size.height) / size.width
  return [[x - width / 2, y], [x + width / 2, y], [x + width / 2, y + height], [x - width / 2, y + height]]
}

/** Two bulldog clips and a nail for an unframed sheet whose top centre is x, y. */
export function clip(x: number, y: number): string {
  return `<circle cx="${x}" cy="${y - 44}" r="6" fill="#5b5148"/><path d="M${x - 15} ${y - 12}a15 20 0 1 1 30 0" fill="none" stroke="#8d8478" stroke-width="5"/><path d="M${x - 34} ${y - 14}h68l8 34h-84z" fill="#3a3530"/><path d="M${x - 34} ${y - 14}h68l2 9h-72z" fill="#6f675e"/>`
}
