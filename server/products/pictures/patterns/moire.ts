import { createNoise, cycle } from '../random.ts'
import { area } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Lines that swell and thin as they pass over unseen hills, after Bridget Riley's waves. */
export const moire: Pattern = ({ width, height, random, palette }) => {
  const noise = createNoise(random)
  const pitch = random.pick([24, 30, 38])
  const upright = random.chance(0.45)
  const long = upright ? height : width
  const across = upright ? width : height
  const lift = random.range(90, 170)
  const zoom = random.range(330, 560)
  const period = random.range(260, 520)
  const shapes: Shape[] = []
  const count = Math.ceil((across + lift * 4) / pitch)
  const [main, accent] = [cycle(palette.inks, 0), cycle(palette.inks, random.int(1, 3))]
  const band = random.range(0.25, 0.7)
  for (let i = 0; i < count; i++) {
    const base = -lift * 2 + i * pitch
    const upper: Point[] = []
    const lower: Point[] = []
    for (let x = -40; x <= long + 40; x += 26) {
      const height1 = noise(x / zoom, base / zoom) * lift + Math.sin(x / period + base / 900) * lift * 0.35
      const thick = pitch * (0.46 + 0.34 * Math.sin(x / (period * 0.55) + base / 260 + noise(x / 700, base / 700) * 4))
      const put = (y: number): Point => (upright ? [y, x] : [x, y])
      upper.push(put(base + height1 - thick / 2))
      lower.push(put(base + height1 + thick / 2))
    }
    const share = i / count
    const ink = Math.abs(share - band) < 0.09 ? accent : share > band && random.chance(0.06) ? cycle(palette.inks, 2) : main
    shapes.push(area([...upper, ...lower.reverse()], ink, true))
  }
  return { ground: palette.ground, shapes }
}
