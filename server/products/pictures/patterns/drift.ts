import { createNoise, cycle } from '../random.ts'
import { line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** A flow field: strokes that follow the same current and keep clear of each other (after Jobard and Lefer, 1997). */
export const drift: Pattern = ({ width, height, random, palette }) => {
  const noise = createNoise(random)
  const gap = random.range(17, 25)
  const zoom = random.range(380, 720)
  const turn = random.range(0, Math.PI * 2)
  const swirl = random.range(0.7, 1.5)
  const columns = Math.ceil(width / gap) + 4
  const taken = new Set<number>()
  const cell = (x: number, y: number) => (Math.floor(y / gap) + 2) * columns + Math.floor(x / gap) + 2
  const free = ([x, y]: Point) => x > -gap && y > -gap && x < width + gap && y < height + gap && !taken.has(cell(x, y))
  const angle = (x: number, y: number) => turn + noise(x / zoom, y / zoom) * Math.PI * swirl
  const bands = createNoise(random)
  const shapes: Shape[] = []

  function trace(from: Point, direction: number): Point[] {
    const points: Point[] = []
    const own = new Set<number>([cell(from[0], from[1])])
    let [x, y] = from
    for (let i = 0; i < 70; i++) {
      const a = angle(x, y)
      x += Math.cos(a) * 13 * direction
      y += Math.sin(a) * 13 * direction
      const at = cell(x, y)
      if (!own.has(at) && !free([x, y])) break
      own.add(at)
      points.push([x, y])
    }
    return points
  }

  const starts: Point[] = []
  for (let y = 0; y < height; y += gap * 1.3) for (let x = 0; x < width; x += gap * 1.3) starts.push([x + random.range(-6, 6), y + random.range(-6, 6)])
  for (const start of random.shuffle(starts)) {
    if (!free(start)) continue
    const points = [...trace(start, -1).reverse(), start, ...trace(start, 1)]
    if (points.length < 4) continue
    for (const [x, y] of points) taken.add(cell(x, y))
    const tone = bands(start[0] / 420 + 9, start[1] / 420) * 3.2 + random.range(-0.6, 0.6)
    shapes.push(line(points, cycle(palette.inks, Math.round(tone + 8)), gap * random.pick([0.34, 0.5, 0.62, 0.7])))
  }
  return { ground: palette.ground, shapes: shapes.sort((a, b) => (a.stroke ?? '').localeCompare(b.stroke ?? '') || a.width - b.width) }
}
