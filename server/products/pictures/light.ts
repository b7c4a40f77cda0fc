import { darken, lighten } from './colour.ts'
import type { Sheet } from './sheet.ts'

export const shade = '#20140c'
export const warmLight = '#fff3dc'

/** Paper-white studio with a soft horizon; light from the upper left. It stays mid-light, so it sits well on light and dark pages. */
export function studio(sheet: Sheet, tone: 'warm' | 'cool' = 'warm', horizon: number | null = 860): string {
  const [high, low, floor] = tone === 'warm' ? ['#efeae2', '#dcd4c8', '#e6dfd4'] : ['#e9ebea', '#d0d4d3', '#dde0df']
  const back = `<rect width="1200" height="1200" fill="${sheet.linear([[0, high], [1, low]], [0.1, 0, 0.8, 1])}"/>`
  const ground = horizon === null ? '' : `<rect y="${horizon}" width="1200" height="${1200 - horizon}" fill="${sheet.linear([[0, low, 0], [0.35, floor, 0.9], [1, floor]])}"/>`
  return `${back}${ground}<rect width="1200" height="1200" fill="${sheet.radial([[0, '#fffdf7', 0.75], [1, '#fffdf7', 0]], 0.3, 0.22, 0.6)}"/>`
}

/** A painted wall that falls off away from the window. */
export function wall(sheet: Sheet, colour: string, width: number, height: number): string {
  return `<rect width="${width}" height="${height}" fill="${sheet.linear([[0, lighten(colour, 0.22)], [0.55, colour], [1, darken(colour, 0.16)]], [0, 0.1, 1, 0.75])}"/>`
}

/** A wooden top seen nearly from the side, `y` its far edge. */
export function tabletop(sheet: Sheet, colour: string, y: number, width: number, height: number): string {
  let grain = ''
  const lines = Math.round((height - y) / 26)
  for (let i = 1; i < lines; i++) {
    const at = y + ((height - y) * i * i) / (lines * lines) + 5
    grain += `<path d="M0 ${at}C${width * 0.3} ${at + (i % 3) * 4 - 4} ${width * 0.6} ${at + (i % 4) * 3 - 5} ${width} ${at + (i % 2) * 5}" fill="none" stroke="${darken(colour, 0.25)}" stroke-opacity=".${i % 3 === 0 ? 35 : 18}" stroke-width="${1 + (i % 3)}"/>`
  }
  return `<rect y="${y}" width="${width}" height="${height - y}" fill="${sheet.linear([[0, darken(colour, 0.12)], [0.12, colour], [1, lighten(colour, 0.12)]])}"/>${grain}`
    + `<rect y="${y}" width="${width}" height="5" fill="${lighten(colour, 0.5)}" opacity=".55"/>`
}

/** Sun through a window of `columns` × `rows` panes, thrown slantwise on a wall. */
export function windowLight(sheet: Sheet, x: number, y: number, width: number, height: number, columns = 2, rows = 3, slant = 0.34): string {
  let panes = ''
  const gap = width * 0.045
  const [w, h] = [(width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const left = x + column * (w + gap)
      const top = y + row * (h + gap)
      const at = (px: number, py: number) => `${Math.round(px + (py - y) * slant)} ${Math.round(py + (px - x) * 0.16)}`
      panes += `M${at(left, top)}L${at(left + w, top)}L${at(left + w, top + h)}L${at(left, top + h)}Z`
    }
  }
  return `<path d="${panes}" fill="${warmLight}" opacity=".5" filter="${sheet.blur(9, 0.1)}"/>`
}

/** The shadow under a thing that stands at x, y. */
export function contactShadow(sheet: Sheet, x: number, y: number, rx: number, ry: number, strength = 0.5): string {
  // Gradients, not blurs: a blur costs 20 ms of a 640 px render, these cost nothing.
  const soft = (share: number) => sheet.radial([[0, shade, share], [0.45, shade, share * 0.8], [0.75, shade, share * 0.26], [1, shade, 0]])
  return `<ellipse cx="${x + rx * 0.3}" cy="${y + ry * 0.3}" rx="${rx * 1.5}" ry="${ry * 1.5}" fill="${soft(strength * 0.7)}"/>`
    + `<ellipse cx="${x + rx * 0.05}" cy="${y + ry * 0.1}" rx="${rx * 1.14}" ry="${ry * 0.85}" fill="${soft(strength)}"/>`
}

/**
 * Woven cloth over a box, as two paths of plain lines. A `<pattern>` would look the same and cost librsvg 200 ms.
 * `clip` is a `url(#…)` from the sheet.
 */
export function threads(clip: string, x: number, y: number, width: number, height: number, pitch: number, strength = 1): string {
  let weft = ''
  let warp = ''
  for (let at = pitch / 2; at < height; at += pitch) weft += `M${x} ${Math.round((y + at) * 10) / 10}h${width}`
  for (let at = pitch / 2; at < width; at += pitch) warp += `M${Math.round((x + at) * 10) / 10} ${y}v${height}`
  return `<g clip-path="${clip}" fill="none" stroke-width="${Math.round(pitch * 30) / 100}"><path d="${weft}" stroke="${shade}" stroke-opacity="${0.1 * strength}"/><path d="${warp}" stroke="#fff" stroke-opacity="${0.12 * strength}"/></g>`
}

/** The soft shadow that a shape throws on what is right behind it. */
export function castShadow(sheet: Sheet, d: string, dx: number, dy: number, deviation: number, strength = 0.35): string {
  return `<path d="${d}" transform="translate(${dx} ${dy})" fill="${shade}" opacity="${strength}" filter="${sheet.blur(deviation, 0.2)}"/>`
}

export const place = (x: number, y: number, scale: number, content: string, rotate = 0) =>
  `<g transform="translate(${x} ${y}) scale(${scale})${rotate ? ` rotate(${rotate})` : ''}">${content}</g>`
