import { mix } from '../colour.ts'
import { cycle } from '../random.ts'
import { arc, area, line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Fish scales, or seigaiha, the blue ocean waves: rows of rings, each row lying on the one above. */
export const scale: Pattern = ({ width, height, random, palette }) => {
  const r = random.pick([84, 104, 128])
  const squash = random.pick([0.5, 0.5, 0.62])
  const shapes: Shape[] = []
  const family = random.shuffle(palette.inks)
  const half = (x: number, y: number, size: number): Point[] => arc(x, y, size, size, 0.48, 1.02, 14)
  const rows = Math.ceil(height / (r * squash)) + 3
  for (let row = 0; row < rows; row++) {
    const y = row * r * squash
    for (let column = -1; column * r * 2 < width + r * 2; column++) {
      const x = column * r * 2 + (row % 2 ? r : 0)
      const ink = random.chance(0.14) ? random.pick(family) : cycle(family, Math.floor((row / rows) * 3 + random.range(0, 0.9)))
      shapes.push(area(arc(x, y, r, r, 0, 1, 26), palette.ground))
      const kind = random.int(0, 4)
      if (kind === 0) {
        shapes.push(area(arc(x, y, r * 0.93, r * 0.93, 0, 1, 26), ink))
        for (let k = -3; k <= 3; k++) {
          const a = -Math.PI / 2 + k * 0.36
          shapes.push(line([[x, y], [x + Math.cos(a) * r * 0.82, y + Math.sin(a) * r * 0.82]], palette.ground, 4))
        }
      }
      else if (kind === 1) {
        shapes.push(area(arc(x, y, r * 0.93, r * 0.93, 0, 1, 26), ink), area(arc(x, y, r * 0.6, r * 0.6, 0, 1, 20), mix(ink, palette.ground, 0.55)), area(arc(x, y, r * 0.32, r * 0.32, 0, 1, 16), ink))
      }
      else {
        const lines = kind === 2 ? 3 : 5
        for (let k = 1; k <= lines; k++) shapes.push(line(half(x, y, (r * (k - 0.35)) / lines), ink, (r / lines) * 0.46))
      }
    }
  }
  return { ground: palette.ground, shapes }
}
