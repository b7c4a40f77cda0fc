import { luminance, mix } from '../colour.ts'
import { createNoise, cycle } from '../random.ts'
import { area, areas, disc, line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** A clear night: a moon, constellations nobody has named, and hills asleep below. */
export const night: Pattern = ({ width, height, random, palette }) => {
  const all = [palette.ground, ...palette.inks].sort((a, b) => luminance(a) - luminance(b))
  const sky = mix(cycle(all, 0), cycle(all, 1), random.range(0, 0.35))
  const light = cycle(all, -1)
  const glow = palette.inks.find(ink => luminance(ink) > 0.3 && ink !== light) ?? light
  const shapes: Shape[] = []
  const star = (x: number, y: number, r: number, points: number, ink: string) => {
    const ring = Array.from({ length: points * 2 }, (_, i): Point => {
      const a = (i / points) * Math.PI - Math.PI / 2
      const reach = i % 2 ? r * 0.26 : r * (i % 4 === 0 ? 1.25 : 0.85)
      return [x + Math.cos(a) * reach, y + Math.sin(a) * reach]
    })
    shapes.push(area(ring, ink))
  }
  // Faint rings around the pole, as in a long exposure.
  const pole: Point = [width * random.range(0.2, 0.8), height * random.range(0.1, 0.45)]
  if (random.chance(0.6)) {
    for (let r = 60; r < height * 1.2; r += random.range(26, 44)) {
      const from = random.range(0, 6.3)
      const long = random.range(0.5, 1.9)
      const trail = Array.from({ length: 14 }, (_, i): Point => [pole[0] + Math.cos(from + (long * i) / 13) * r, pole[1] + Math.sin(from + (long * i) / 13) * r])
      shapes.push(line(trail, mix(sky, light, random.range(0.18, 0.5)), random.range(2, 4)))
    }
  }
  const spots: Point[] = []
  for (let i = 0; i < (width * height) / 3600; i++) {
    const at: Point = [random.range(0, width), random.range(0, height)]
    const size = random.next() ** 4
    const ink = random.chance(0.2) ? glow : mix(light, sky, random.range(0, 0.5))
    if (size > 0.45) {
      star(at[0], at[1], 8 + size * 17, random.chance(0.7) ? 4 : 8, ink)
      spots.push(at)
    }
    else shapes.push(line([at, [at[0] + 0.1, at[1]]], ink, 2.5 + size * 9))
  }
  for (const from of spots) {
    const near = spots.filter(to => to[0] > from[0] && Math.hypot(to[0] - from[0], to[1] - from[1]) < 190)[0]
    if (near) shapes.push(line([from, near], mix(sky, light, 0.45), 1.8, false))
  }
  const moon: Point = [width * random.pick([0.26, 0.5, 0.72]), height * random.range(0.18, 0.34)]
  const r = Math.min(width, height) * random.range(0.11, 0.17)
  shapes.push(area(disc(moon[0], moon[1], r * 1.28, 16), mix(sky, glow, 0.16), true), area(disc(moon[0], moon[1], r, 16), glow, true))
  if (random.chance(0.6)) shapes.push(area(disc(moon[0] + r * 0.42, moon[1] - r * 0.12, r * 0.86, 16), mix(sky, glow, 0.1), true))
  else for (const [dx, dy, dr] of [[-0.3, -0.2, 0.2], [0.25, 0.3, 0.26], [0.3, -0.35, 0.12]] as const) shapes.push(area(disc(moon[0] + dx * r, moon[1] + dy * r, dr * r, 9), mix(glow, sky, 0.2), true))
  const noise = createNoise(random)
  for (let layer = 0; layer < 4; layer++) {
    const base = height * (0.74 + layer * 0.075)
    const ridge: Point[] = [[-60, height + 60]]
    for (let x = -60; x <= width + 60; x += 40) ridge.push([x, base + noise(x / 300 + layer * 9, layer) * 70])
    ridge.push([width + 60, height + 60])
    shapes.push(areas([ridge], mix(mix(sky, cycle(palette.inks, 3), 0.5), mix(sky, '#05070a', 0.35), (layer + 1) / 4), true))
  }
  return { ground: sky, shapes }
}
