import { cycle } from '../random.ts'
import { area, disc } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** A sunflower's order (Vogel, 1979): each seed a golden angle on from the last, further out by the square root. */
export const seedhead: Pattern = ({ width, height, random, palette }) => {
  const petals = random.chance(0.5)
  const centre: Point = random.pick<Point>([[width / 2, height / 2], [width / 2, height * 0.42], [width * 0.3, height * 0.66], [width * 0.5, height * 0.98]])
  const far = Math.hypot(Math.max(centre[0], width - centre[0]), Math.max(centre[1], height - centre[1]))
  const count = 760
  const step = far / Math.sqrt(count)
  const arms = random.pick([5, 8, 13])
  const golden = Math.PI * (3 - Math.sqrt(5))
  const shapes: Shape[] = []
  const wave = random.range(2, 4.5)
  for (let i = 1; i < count; i++) {
    const r = step * Math.sqrt(i)
    const a = i * golden
    const x = centre[0] + Math.cos(a) * r
    const y = centre[1] + Math.sin(a) * r
    if (x < -60 || y < -60 || x > width + 60 || y > height + 60) continue
    const share = r / far
    const size = step * (0.34 + 0.3 * Math.sin(share * Math.PI * wave) ** 2 + share * 0.12)
    const ink = cycle(palette.inks, Math.floor(share * 3.2) + (i % arms === 0 ? 1 : 0) + (i % arms === 2 ? 3 : 0))
    if (!petals) {
      shapes.push(area(disc(x, y, size, 8), ink, true))
      continue
    }
    const [ux, uy] = [Math.cos(a), Math.sin(a)]
    const at = (along: number, across: number): Point => [x + ux * along * size - uy * across * size, y + uy * along * size + ux * across * size]
    shapes.push(area([at(-1.5, 0), at(-1.3, 0.18), at(0.1, 0.95), at(1.3, 0.75), at(1.6, 0), at(1.3, -0.75), at(0.1, -0.95), at(-1.3, -0.18)], ink, true))
  }
  return { ground: palette.ground, shapes }
}
