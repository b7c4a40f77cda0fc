import { mix } from '../colour.ts'
import { createNoise, cycle } from '../random.ts'
import { areas, outline } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Closed rings along `level` through a grid of heights: marching squares (Lorensen and Cline's cubes in two dimensions), stitched by edge. */
function rings(heights: number[][], level: number, place: (column: number, row: number) => Point): Point[][] {
  const next = new Map<string, { to: string, at: Point }>()
  const h = (row: number, column: number) => heights[row]?.[column] ?? -9
  for (let row = 0; row < heights.length - 1; row++) {
    for (let column = 0; column < (heights[0]?.length ?? 0) - 1; column++) {
      const [a, b, c, d] = [h(row, column), h(row, column + 1), h(row + 1, column + 1), h(row + 1, column)]
      const mask = (a > level ? 8 : 0) | (b > level ? 4 : 0) | (c > level ? 2 : 0) | (d > level ? 1 : 0)
      const share = (from: number, to: number) => Math.max(0.02, Math.min(0.98, (level - from) / (to - from)))
      const edges: Record<string, () => [string, Point]> = {
        t: () => [`h${row},${column}`, place(column + share(a, b), row)],
        r: () => [`v${row},${column + 1}`, place(column + 1, row + share(b, c))],
        b: () => [`h${row + 1},${column}`, place(column + share(d, c), row + 1)],
        l: () => [`v${row},${column}`, place(column, row + share(a, d))],
      }
      // The high side stays on one hand, so every ring closes.
      const segments = ['', 'lb', 'br', 'lr', 'rt', 'ltrb', 'bt', 'lt', 'tl', 'tb', 'tlbr', 'tr', 'rl', 'rb', 'bl', ''][mask] ?? ''
      for (let i = 0; i < segments.length; i += 2) {
        const from = edges[segments[i] ?? '']?.()
        const to = edges[segments[i + 1] ?? '']?.()
        if (from && to) next.set(from[0], { to: to[0], at: from[1] })
      }
    }
  }
  const result: Point[][] = []
  for (const start of next.keys()) {
    const ring: Point[] = []
    let key = start
    for (let step = next.get(key); step; step = next.get(key)) {
      ring.push(step.at)
      next.delete(key)
      key = step.to
    }
    if (ring.length > 5) result.push(ring)
  }
  return result
}

/** Height lines of an imagined land, cut from paper layer by layer. */
export const relief: Pattern = ({ width, height, random, palette }) => {
  const noise = createNoise(random)
  const zoom = random.range(260, 460)
  const grid = 26
  const margin = 3
  const columns = Math.ceil(width / grid) + margin * 2
  const rows = Math.ceil(height / grid) + margin * 2
  const stretch = random.range(0.6, 1.5)
  const heights = Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => {
    if (row === 0 || column === 0 || row === rows - 1 || column === columns - 1) return -9
    const x = (column * grid) / zoom
    const y = (row * grid * stretch) / zoom
    return noise(x, y) + noise(x * 2.3 + 7, y * 2.3) * 0.28
  }))
  const place = (column: number, row: number): Point => [(column - margin) * grid, (row - margin) * grid]
  const lined = random.chance(0.4)
  const levels = lined ? 15 : random.int(6, 9)
  const from = cycle(palette.inks, random.int(1, 4))
  const to = cycle(palette.inks, 0)
  const accent = random.int(2, levels - 2)
  const shapes: Shape[] = []
  for (let i = 0; i < levels; i++) {
    const found = rings(heights, -0.75 + (1.5 * (i + 0.5)) / levels, place)
    const share = i / (levels - 1)
    if (lined) {
      shapes.push(outline(found, i === accent ? cycle(palette.inks, 1) : mix(from, to, share), i % 5 === 2 ? 7 : 3.2))
      continue
    }
    const paper = share < 0.5 ? mix(palette.ground, from, share * 2) : mix(from, to, share * 2 - 1)
    // A darker copy, moved a little, is the shadow of the layer on the one below.
    shapes.push(areas(found.map(ring => ring.map(([x, y]) => [x + 5, y + 8])), mix(paper, '#1a120e', 0.34), true))
    shapes.push(areas(found, i === accent ? cycle(palette.inks, 2) : paper, true))
  }
  return { ground: palette.ground, shapes }
}
