import { layoutRegion, printed } from '../artwork.ts'
import type { Artwork } from '../artwork.ts'
import { darken, lighten, luminance, mix } from '../colour.ts'
import { contactShadow, shade } from '../light.ts'
import { colourOf } from '../palettes.ts'
import { arc, ringPath } from '../shape.ts'
import type { Point, Projection } from '../shape.ts'
import type { Sheet } from '../sheet.ts'

interface Pose {
  /** How far one looks down into it: the ellipses' height over their width. */
  tilt: number
  /** 1: handle on the right, −1: on the left. */
  handle: 1 | -1
  filled: boolean
}

/** A mug on its foot at 0, 0; 520 wide without its handle, 540 tall. */
export function drawMug(sheet: Sheet, art: Artwork, { tilt, handle, filled }: Pose = { tilt: 0.1, handle: 1, filled: false }): string {
  const glaze = colourOf(art.colour)
  const [radius, tall] = [260, 540]
  const at = (t: number) => radius * (1 - 0.13 * Math.max(0, t) ** 2.4)
  const top = -tall + radius * tilt
  const drop = tall - radius * tilt - at(1) * tilt
  const wrap = { width: radius * 2.9, height: drop }
  const projection: Projection = {
    map: ([x, y]) => {
      const angle = (x / wrap.width - 0.5) * Math.PI
      const t = y / wrap.height
      // A little over the edge, where the body cuts it: a ragged edge would show the glaze.
      return [Math.sin(angle) * at(t) * 1.02, top + t * drop + Math.cos(angle) * at(t) * tilt]
    },
    scale: 0.92,
    step: 36,
  }
  const side = (sign: number): Point[] => Array.from({ length: 9 }, (_, i): Point => [sign * at(i / 8), top + (drop * i) / 8])
  const body = ringPath([...side(-1), ...arc(0, top + drop, at(1), at(1) * tilt, 0.5, 0, 14), ...side(1).reverse(), ...arc(0, top, radius, radius * tilt, 0, -0.5, 14)], true, false)
  const border = art.layout === 'full' ? 22 : 64
  const region = art.layout === 'round'
    ? layoutRegion('round', wrap.width, wrap.height, 34)
    : { within: [[0, border], [wrap.width, border], [wrap.width, wrap.height - border], [0, wrap.height - border]] as Point[], smooth: false }
  const grip = `M${handle * radius * 0.955} ${top + drop * 0.17}C${handle * (radius + 205)} ${top + drop * 0.1} ${handle * (radius + 190)} ${top + drop * 0.84} ${handle * radius * 0.93} ${top + drop * 0.76}`
  const stroke = (colour: string, width: number, opacity = 1, shift = 0) => `<path d="${grip}" transform="translate(${shift} ${shift * 1.4})" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linecap="round"/>`
  /** Where the handle leaves the body it lies in its shade. */
  const joint = (t: number) => `M${handle * radius * 0.94} ${Math.round(top + drop * t - 40)}h${handle * 46}v80h${handle * -46}Z`
  const pale = luminance(glaze) > 0.4
  const inside = `<ellipse cx="0" cy="${top}" rx="${radius}" ry="${radius * tilt}"`
  const liquid = filled
    ? `<g clip-path="${sheet.clip(ringPath(arc(0, top, radius - 13, radius * tilt - 7, 0, 1, 36), true, false))}"><ellipse cx="4" cy="${top + 30}" rx="${radius * 0.97}" ry="${radius * tilt * 0.95}" fill="#35200f"/><ellipse cx="-50" cy="${top + 26}" rx="${radius * 0.55}" ry="${radius * tilt * 0.5}" fill="#6b4526" opacity=".55"/></g>`
    : ''
  return `${contactShadow(sheet, 14, -at(1) * tilt * 0.8, 224, 18 + at(1) * tilt, 0.55)}
    ${stroke(darken(glaze, pale ? 0.42 : 0.55), 58, 1, 1)}${stroke(darken(glaze, pale ? 0.2 : 0.28), 52, 1, -1)}${stroke(glaze, 40, 1, -4)}${stroke(lighten(glaze, 0.28), 22, 0.7, -8)}${stroke(lighten(glaze, 0.75), 7, 0.7, -12)}
    <path d="${joint(0.17)}${joint(0.76)}" fill="${shade}" opacity=".3" filter="${sheet.blur(8, 0.6)}"/>
    <path d="${body}" fill="${glaze}"/>
    <g clip-path="${sheet.clip(body)}">${printed(sheet, art, { ...wrap, projection, within: region.within, smooth: region.smooth, ground: glaze })}</g>
    <path d="${body}" fill="${sheet.linear([[0, shade, 0.42], [0.1, shade, 0.16], [0.27, '#ffffff', 0.16], [0.4, '#ffffff', 0.02], [0.62, shade, 0.1], [0.88, shade, 0.42], [0.96, shade, 0.52], [1, shade, 0.36]], [0, 0, 1, 0])}"/>
    <path d="${body}" fill="${sheet.linear([[0.8, shade, 0], [1, shade, 0.3]])}"/>
    <path d="M${-radius * 0.66} ${top + 76}C${-radius * 0.68} ${top + 180} ${-radius * 0.64} ${top + 290} ${-radius * 0.58} ${top + drop - 60}L${-radius * 0.44} ${top + drop - 54}C${-radius * 0.5} ${top + 290} ${-radius * 0.53} ${top + 180} ${-radius * 0.5} ${top + 84}Z" fill="${sheet.linear([[0, '#ffffff', 0], [0.3, '#ffffff', 0.46], [0.7, '#ffffff', 0.4], [1, '#ffffff', 0]], [0, 0, 1, 0.02])}"/>
    <g clip-path="${sheet.clip(body)}"><path d="${ringPath(arc(0, top + drop - 7, at(1), at(1) * tilt, 0.5, 0, 14), false, true)}" fill="none" stroke="${mix('#c9b59a', glaze, 0.25)}" stroke-width="15"/><path d="${ringPath(arc(0, top + drop - 15, at(0.985), at(1) * tilt, 0.5, 0, 14), false, true)}" fill="none" stroke="${shade}" stroke-opacity=".3" stroke-width="3"/></g><path d="${body}" fill="${sheet.linear([[0.93, shade, 0], [1, shade, 0.28]])}"/>
    ${inside} fill="${sheet.linear([[0, darken(glaze, 0.5)], [0.55, darken(glaze, 0.24)], [1, glaze]], [0, 0.2, 1, 0.9])}"/>${liquid}
    ${inside} fill="none" stroke="${lighten(glaze, pale ? 0.55 : 0.3)}" stroke-width="9"/>
    <path d="${ringPath(arc(0, top, radius + 3, radius * tilt + 3, 0.56, 0.72, 12), false, true)}" fill="none" stroke="#fff" stroke-opacity=".75" stroke-width="4" stroke-linecap="round"/>`
}
