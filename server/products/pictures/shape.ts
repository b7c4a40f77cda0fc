export type Point = readonly [number, number]

/** What a pattern is made of: geometry, not markup, so that it can be bent round a mug before it becomes markup. */
export interface Shape {
  rings: Point[][]
  closed: boolean
  /** Drawn as a quadratic B-spline through the midpoints instead of straight edges. */
  smooth: boolean
  fill: string | null
  stroke: string | null
  width: number
}

export interface Projection {
  map(point: Point): Point
  /** Pixels a unit, for stroke widths. */
  scale: number
  /** Straight edges longer than this many units are cut before they are mapped. */
  step: number
}

export const flat = (scale = 1, dx = 0, dy = 0): Projection => ({ map: ([x, y]) => [x * scale + dx, y * scale + dy], scale, step: Infinity })

const shape = (rings: Point[][], closed: boolean, smooth: boolean, fill: string | null, stroke: string | null, width: number): Shape =>
  ({ rings, closed, smooth, fill, stroke, width })

export const area = (points: Point[], fill: string, smooth = false) => shape([points], true, smooth, fill, null, 0)
export const areas = (rings: Point[][], fill: string, smooth = false) => shape(rings, true, smooth, fill, null, 0)
export const line = (points: Point[], stroke: string, width: number, smooth = true) => shape([points], false, smooth, null, stroke, width)
export const outline = (rings: Point[][], stroke: string, width: number, smooth = true) => shape(rings, true, smooth, null, stroke, width)

export const rect = (x: number, y: number, width: number, height: number): Point[] => [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]

/** Points on an ellipse's arc, angles in turns, clockwise from the right. */
export function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number, steps: number): Point[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = (from + ((to - from) * i) / steps) * Math.PI * 2
    return [cx + Math.cos(angle) * rx, cy + Math.sin(angle) * ry] as const
  })
}

/** A disc for a smooth ring; a B-spline cuts its corners, so the points lie a little outside. */
export function disc(cx: number, cy: number, r: number, steps = 10): Point[] {
  const reach = r / ((1 + Math.cos(Math.PI / steps)) / 2 + (1 - Math.cos(Math.PI / steps)) / 4)
  return arc(cx, cy, reach, reach, 0, 1 - 1 / steps, steps - 1)
}

const text = (value: number) => `${Math.round(value * 10) / 10}`
const pair = (point: Point) => `${text(point[0])} ${text(point[1])}`
const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]

function cut(points: Point[], closed: boolean, step: number): Point[] {
  if (!Number.isFinite(step)) return points
  const result: Point[] = []
  points.forEach((from, i) => {
    result.push(from)
    const to = points[i + 1] ?? (closed ? points[0] : undefined)
    if (!to) return
    const parts = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / step)
    for (let k = 1; k < parts; k++) result.push([from[0] + ((to[0] - from[0]) * k) / parts, from[1] + ((to[1] - from[1]) * k) / parts])
  })
  return result
}

/** The `d` of one ring. */
export function ringPath(points: Point[], closed: boolean, smooth: boolean): string {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return ''
  if (!smooth || points.length < 3) return `M${points.map(pair).join('L')}${closed ? 'Z' : ''}`
  let d = closed ? `M${pair(middle(last, first))}` : `M${pair(first)}`
  points.forEach((point, i) => {
    if (!closed && (i === 0 || i === points.length - 1)) return
    const next = points[i + 1] ?? first
    d += `Q${pair(point)} ${pair(!closed && i === points.length - 2 ? last : middle(point, next))}`
  })
  return closed ? `${d}Z` : d
}

/** The `d` of a region after it was projected, for clipping and for its ground. */
export function projectedPath(points: Point[], projection: Projection, smooth = false): string {
  return ringPath(cut(points, true, smooth ? Infinity : projection.step).map(projection.map), true, smooth)
}

/** Markup for shapes in order; neighbours of one style share a path. Shapes wholly outside `width` × `height` are dropped. */
export function draw(shapes: Shape[], width: number, height: number, projection: Projection): string {
  let result = ''
  let style = ''
  let path = ''
  const flush = () => {
    if (path) result += `<path ${style} d="${path}"/>`
    path = ''
  }
  for (const item of shapes) {
    const reach = item.width / 2
    const rings = item.rings.filter(ring =>
      ring.some(p => p[0] > -reach) && ring.some(p => p[0] < width + reach) && ring.some(p => p[1] > -reach) && ring.some(p => p[1] < height + reach))
    if (rings.length === 0) continue
    const paint = item.fill
      ? `fill="${item.fill}"${item.rings.length > 1 ? ' fill-rule="evenodd"' : ''}`
      : `fill="none" stroke="${item.stroke}" stroke-width="${text(item.width * projection.scale)}"`
    // Areas never share a path: where two overlap, windings could cancel out.
    if (paint !== style || item.fill) flush()
    style = paint
    for (const ring of rings) path += ringPath((item.smooth ? ring : cut(ring, item.closed, projection.step)).map(projection.map), item.closed, item.smooth)
  }
  flush()
  return `<g stroke-linecap="round" stroke-linejoin="round">${result}</g>`
}

/** A projective map of a `width` × `height` sheet onto four corners, clockwise from top left (Heckbert 1989, square to quadrilateral). */
export function perspective(width: number, height: number, quad: readonly [Point, Point, Point, Point]): Projection {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad
  const sx = x0 - x1 + x2 - x3
  const sy = y0 - y1 + y2 - y3
  const dx1 = x1 - x2
  const dx2 = x3 - x2
  const dy1 = y1 - y2
  const dy2 = y3 - y2
  const det = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / det
  const h = (dx1 * sy - sx * dy1) / det
  const a = x1 - x0 + g * x1
  const b = x3 - x0 + h * x3
  const d = y1 - y0 + g * y1
  const e = y3 - y0 + h * y3
  const map = ([px, py]: Point): Point => {
    const u = px / width
    const v = py / height
    const w = g * u + h * v + 1
    return [(a * u + b * v + x0) / w, (d * u + e * v + y0) / w]
  }
  const spread = (Math.hypot(x2 - x0, y2 - y0) + Math.hypot(x3 - x1, y3 - y1)) / (2 * Math.hypot(width, height))
  return { map, scale: spread, step: Infinity }
}
