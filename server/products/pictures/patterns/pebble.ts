import { mix } from '../colour.ts'
import { area, line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

const centreOf = (points: Point[]): Point => [
  points.reduce((sum, p) => sum + p[0], 0) / points.length,
  points.reduce((sum, p) => sum + p[1], 0) / points.length,
]

/** The part of `polygon` nearer to `own` than to `other`. */
function nearer(polygon: Point[], own: Point, other: Point): Point[] {
  const nx = other[0] - own[0]
  const ny = other[1] - own[1]
  const limit = ((own[0] + other[0]) / 2) * nx + ((own[1] + other[1]) / 2) * ny
  const side = (p: Point) => p[0] * nx + p[1] * ny - limit
  const result: Point[] = []
  polygon.forEach((from, i) => {
    const to = polygon[(i + 1) % polygon.length] ?? from
    const a = side(from)
    const b = side(to)
    if (a <= 0) result.push(from)
    if (a * b < 0) result.push([from[0] + ((to[0] - from[0]) * a) / (a - b), from[1] + ((to[1] - from[1]) * a) / (a - b)])
  })
  return result
}

/** Stones on a beach: Voronoi cells, evened out once (Lloyd, 1982), drawn in and rounded. */
export const pebble: Pattern = ({ width, height, random, palette }) => {
  const size = random.pick([95, 118, 142])
  let seeds: Point[] = []
  for (let y = -size; y < height + size; y += size) {
    for (let x = -size; x < width + size; x += size) seeds.push([x + random.range(0.05, 0.95) * size, y + random.range(0.05, 0.95) * size])
  }
  const cellsOf = (points: Point[]) => points.map((own) => {
    let cell: Point[] = [[own[0] - 220, own[1] - 220], [own[0] + 220, own[1] - 220], [own[0] + 220, own[1] + 220], [own[0] - 220, own[1] + 220]]
    for (const other of points) {
      if (other !== own && Math.abs(other[0] - own[0]) < 440 && Math.abs(other[1] - own[1]) < 440) cell = nearer(cell, own, other)
    }
    return cell
  })
  seeds = cellsOf(seeds).map(centreOf)
  const shapes: Shape[] = []
  const quiet = [...palette.inks, ...palette.inks.slice(2), ...palette.inks.slice(3)]
  for (const cell of cellsOf(seeds)) {
    if (cell.length < 3) continue
    const [cx, cy] = centreOf(cell)
    const inset = (share: number): Point[] => cell.map(([x, y]) => [cx + (x - cx) * share, cy + (y - cy) * share])
    // Extra points near the corners keep the B-spline from shrinking a stone to a bean.
    const stone = (share: number) => {
      const points = inset(share)
      return points.flatMap((p, i): Point[] => {
        const q = points[(i + 1) % points.length] ?? p
        return [[p[0] * 0.86 + q[0] * 0.14, p[1] * 0.86 + q[1] * 0.14], [p[0] * 0.14 + q[0] * 0.86, p[1] * 0.14 + q[1] * 0.86]]
      })
    }
    const ink = random.pick(quiet)
    const tint = mix(ink, palette.ground, random.range(0, 0.22))
    shapes.push(area(stone(0.9), tint, true))
    const kind = random.next()
    const vein = mix(tint, palette.ground, 0.55)
    if (kind < 0.16) for (const share of [0.68, 0.46, 0.24]) shapes.push({ ...area(stone(share), vein, true), fill: null, stroke: vein, width: 4 })
    else if (kind < 0.34) {
      const lean = random.range(0, Math.PI)
      for (const offset of [0, random.range(9, 16)]) {
        const reach = size * 0.34
        const [ox, oy] = [cx - Math.sin(lean) * offset, cy + Math.cos(lean) * offset]
        const bend = random.range(-10, 10)
        shapes.push(line([[ox - Math.cos(lean) * reach, oy - Math.sin(lean) * reach], [ox + bend, oy - bend], [ox + Math.cos(lean) * reach, oy + Math.sin(lean) * reach]], vein, offset ? 2.5 : 6))
      }
    }
    else if (kind < 0.48) {
      for (let i = 0; i < 9; i++) {
        const a = random.range(0, 6.3)
        const r = random.range(0, size * 0.32)
        const p: Point = [cx + Math.cos(a) * r, cy + Math.sin(a) * r]
        shapes.push(line([p, [p[0] + 0.1, p[1]]], vein, random.range(4, 8)))
      }
    }
  }
  return { ground: palette.ground, shapes }
}
