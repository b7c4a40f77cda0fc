import { area, line, rect } from '../shape.ts'
import { mix } from '../colour.ts'
import { cycle } from '../random.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Scissors and painted paper: seaweed, palms and pips on uneven blocks, after the late Matisse. */
export const cutout: Pattern = ({ width, height, random, palette }) => {
  const shapes: Shape[] = []
  const cell = random.pick([230, 270, 320])
  const columns = Math.max(2, Math.round(width / cell))
  const rows = Math.max(2, Math.round(height / (cell * 1.25)))
  const [w, h] = [width / columns, height / rows]
  let last = ''
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const papers = [palette.ground, ...palette.inks, palette.ground].filter(ink => ink !== last)
      const paper = random.pick(papers)
      last = paper
      const wobble = () => random.range(-9, 9)
      const [x, y] = [column * w, row * h]
      shapes.push(area(rect(x, y, w, h).map(([px, py]): Point => [px + wobble(), py + wobble()]), paper))
      const cut = random.pick([palette.ground, ...palette.inks].filter(ink => ink !== paper))
      const [cx, cy] = [x + w / 2, y + h / 2]
      const tilt = random.range(-0.35, 0.35) + (random.chance(0.3) ? Math.PI : 0)
      const put = (px: number, py: number): Point => [cx + (px * Math.cos(tilt) - py * Math.sin(tilt)) * w * 0.5, cy + (px * Math.sin(tilt) + py * Math.cos(tilt)) * w * 0.5]
      const kind = random.int(0, 3)
      if (kind <= 1) {
        // Algae: fingers on both sides of a spine, cut in one go.
        const fingers = random.int(4, 6)
        const side = (s: number): Point[] => Array.from({ length: fingers }, (_, i): Point[] => {
          const t = 0.85 - (1.7 * (i + 0.5)) / fingers
          const reach = (0.5 + 0.28 * Math.sin(((i + 0.7) / fingers) * Math.PI)) * random.range(0.85, 1.1)
          return [put(s * 0.07, t + 0.1), put(s * reach * 0.6, t + 0.02), put(s * reach, t - 0.06), put(s * (reach + 0.06), t - 0.2), put(s * reach * 0.8, t - 0.22), put(s * reach * 0.4, t - 0.14), put(s * 0.08, t - 0.06)]
        }).flat()
        shapes.push(area([put(0.02, 1.02), ...side(1), put(0.08, -0.95), put(0, -1.1), put(-0.08, -0.95), ...side(-1).reverse(), put(-0.02, 1.02)], cut, true))
      }
      else if (kind === 2) {
        const petals = random.int(5, 8)
        const ring = Array.from({ length: petals * 4 }, (_, i): Point => {
          const a = (i / (petals * 4)) * Math.PI * 2
          const reach = [0.24, 0.66, 0.86, 0.66][i % 4] ?? 0.5
          return put(Math.cos(a) * reach * random.range(0.9, 1.08), Math.sin(a) * reach * random.range(0.9, 1.08))
        })
        shapes.push(area(ring, cut, true))
        const eye = put(0, 0)
        shapes.push(line([eye, [eye[0] + 0.1, eye[1]]], paper, w * 0.13))
      }
      else {
        const seeds = random.int(3, 4)
        for (let i = 0; i < seeds; i++) {
          const t = -0.72 + (1.44 * i) / (seeds - 1)
          const ink = i % 2 ? mix(cut, paper, 0.35) : cut
          shapes.push(area([put(-0.62, t), put(-0.3, t - 0.2), put(0.2, t - 0.22), put(0.64, t - 0.04), put(0.3, t + 0.14), put(-0.3, t + 0.17)], ink, true))
        }
      }
    }
  }
  return { ground: cycle([palette.ground], 0), shapes }
}
