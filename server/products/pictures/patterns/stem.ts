import { mix } from '../colour.ts'
import { area, disc, line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** A herbarium of plants that don't exist: stems with leaves in pairs or in turn, some in fruit. */
export const stem: Pattern = ({ width, height, random, palette }) => {
  const shapes: Shape[] = []
  const gap = random.pick([104, 126, 150])
  const rows = Math.max(1, Math.round(height / random.range(420, 700)))
  const tall = height / rows
  for (let row = 0; row < rows; row++) {
    for (let x = gap / 2 + (row % 2 ? gap / 2 : 0) - gap / 2; x < width + gap; x += gap) {
      const ink = random.pick(palette.inks.slice(0, 4))
      const second = random.pick(palette.inks)
      const foot: Point = [x + random.range(-14, 14), (row + 1) * tall - random.range(0, tall * 0.06)]
      const long = tall * random.range(0.8, 0.94)
      const lean = random.range(-0.14, 0.14)
      const bow = random.range(-34, 34)
      const along = (t: number): Point => [foot[0] + lean * long * t + Math.sin(t * Math.PI) * bow, foot[1] - long * t]
      const twig = mix(ink, '#1a120e', 0.12)
      shapes.push(line(Array.from({ length: 8 }, (_, i) => along(i / 7)), twig, 5))
      const leaf = (at: Point, angle: number, size: number, fat: number, tone: string, veined: boolean) => {
        const [ux, uy] = [Math.cos(angle), Math.sin(angle)]
        const put = (l: number, a: number): Point => [at[0] + (ux * l - uy * a * fat) * size, at[1] + (uy * l + ux * a * fat) * size]
        shapes.push(area([put(0, 0), put(0.04, 0.05), put(0.4, 0.62), put(0.75, 0.42), put(1.04, 0), put(0.75, -0.42), put(0.4, -0.62), put(0.04, -0.05)], tone, true))
        if (veined) shapes.push(line([put(0, 0), put(0.86, 0)], mix(tone, palette.ground, 0.6), 2.4))
      }
      const kind = random.int(0, 4)
      const pairs = [10, 15, 7, 12, 9][kind] ?? 12
      const fat = [0.5, 0.24, 0.92, 0.36, 0.62][kind] ?? 0.5
      const size = ([gap * 0.68, gap * 0.74, gap * 0.58, gap * 0.8, gap * 0.5][kind] ?? 60) * random.range(0.9, 1.1)
      for (let i = 1; i <= pairs; i++) {
        const t = 0.1 + (0.9 * i) / pairs
        const shrink = 1 - t * 0.45
        const at = along(t)
        const spread = 0.95 - t * 0.35
        for (const side of [-1, 1]) {
          if (kind === 3 && (i % 2 === 0) === (side > 0)) continue
          if (kind === 4) {
            const tip: Point = [at[0] + side * size * shrink * 0.9, at[1] - size * 0.5 * shrink]
            shapes.push(line([at, [at[0] + side * size * 0.4, at[1] - 4], tip], twig, 2.6), area(disc(tip[0], tip[1], 9 + shrink * 8, 8), second, true))
          }
          else leaf(at, -Math.PI / 2 + side * spread, size * shrink, fat, i % 5 === 3 ? mix(ink, palette.ground, 0.3) : ink, kind !== 1)
        }
      }
      leaf(along(1), -Math.PI / 2 + lean, size * 0.6, fat, ink, false)
      if (kind === 2 || kind === 0) {
        const [hx, hy] = along(1)
        for (let k = 0; k < 9; k++) leaf([hx, hy - 8], (k / 9) * Math.PI * 2, size * 0.48, 0.6, second, false)
        shapes.push(area(disc(hx, hy - 8, size * 0.14, 8), mix(second, '#1a120e', 0.4), true))
      }
    }
  }
  return { ground: palette.ground, shapes }
}
