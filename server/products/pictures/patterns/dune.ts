import { contrast, luminance, mix } from '../colour.ts'
import { createNoise, cycle } from '../random.ts'
import { area, disc, line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Ridge behind ridge, each combed by the wind, under one sun. */
export const dune: Pattern = ({ width, height, random, palette }) => {
  const noise = createNoise(random)
  const shapes: Shape[] = []
  const warm = palette.inks.filter(ink => luminance(ink) > 0.14 && contrast(ink, palette.ground) > 1.5)
  const sun = cycle(warm.length ? warm : palette.inks, random.int(0, 1))
  const cx = width * random.pick([0.3, 0.5, 0.7])
  const cy = height * random.range(0.2, 0.3)
  const r = Math.min(width, height) * random.range(0.13, 0.2)
  if (random.chance(0.5)) for (const ring of [2.1, 1.7, 1.35]) shapes.push(area(disc(cx, cy, r * ring, 18), mix(palette.ground, sun, 0.42 - ring * 0.15), true))
  shapes.push(area(disc(cx, cy, r, 18), sun, true))
  const layers = random.int(5, 8)
  const tones = [cycle(palette.inks, 4), cycle(palette.inks, 3), cycle(palette.inks, 2), cycle(palette.inks, 0)]
  for (let i = 0; i < layers; i++) {
    const share = i / (layers - 1)
    const base = height * (0.3 + 0.6 * share ** 1.1)
    const lift = 95 - share * 20
    const zoom = random.range(340, 620)
    const tone = mix(cycle(tones, Math.floor(share * 2.99)), cycle(tones, Math.floor(share * 2.99) + 1), (share * 2.99) % 1)
    const ridge: Point[] = []
    for (let x = -60; x <= width + 60; x += 38) ridge.push([x, base + noise(x / zoom + i * 17, i * 3.7) * lift - Math.abs(noise(x / 220 + i * 5, 4)) * 24])
    shapes.push(area([[-60, height + 80], ...ridge, [width + 60, height + 80]], tone, true))
    const comb = mix(tone, i % 2 ? palette.ground : '#1a120e', i % 2 ? 0.32 : 0.2)
    const lines = random.int(6, 9)
    for (let k = 1; k <= lines; k++) {
      const depth = k * (9 + k * 1.4)
      const skip = random.int(0, 6)
      const stop = ridge.length - random.int(0, 9)
      const combed = ridge.slice(skip, stop).map(([x, y], n): Point => [x, y + depth + noise(n / 6, i + k / 3) * k * 4])
      if (combed.length > 2) shapes.push(line(combed, comb, 3.2))
    }
  }
  return { ground: palette.ground, shapes }
}
