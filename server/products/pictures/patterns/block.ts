import { arc, area, disc, rect } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Building blocks: discs, quarters, arches and steps on a grid, as on a 1923 exhibition poster. */
export const block: Pattern = ({ width, height, random, palette }) => {
  const cell = random.pick([150, 180, 220])
  const papers = [palette.ground, palette.ground, ...palette.inks]
  const shapes: Shape[] = []
  for (let y = 0; y < height; y += cell) {
    for (let x = 0; x < width; x += cell) {
      const [paper, ink, third] = random.shuffle([...new Set(papers)]) as [string, string, string]
      const back = random.chance(0.35) ? palette.ground : paper
      const front = ink === back ? third : ink
      const accent = third === front ? paper : third
      shapes.push(area(rect(x, y, cell, cell), back))
      const spin = random.int(0, 3)
      // Everything is drawn once in a unit square and turned in quarters.
      const at = (u: number, v: number): Point => {
        const [p, q] = ([[u, v], [1 - v, u], [1 - u, 1 - v], [v, 1 - u]] as const)[spin] ?? [u, v]
        return [x + p * cell, y + q * cell]
      }
      const pie = (cx: number, cy: number, r: number, from: number, to: number, ring: string) =>
        shapes.push(area(arc(cx, cy, r, r, from, to, 18).map(([u, v]) => at(u, v)), ring))
      const wedge = (cx: number, cy: number, r: number, from: number, ring: string) =>
        shapes.push(area([at(cx, cy), ...arc(cx, cy, r, r, from, from + 0.25, 12).map(([u, v]) => at(u, v))], ring))
      const whole = (r: number, ring: string) => shapes.push(area(disc(x + cell / 2, y + cell / 2, r * cell, 12), ring, true))
      switch (random.int(0, 9)) {
        case 0: wedge(0, 0, 1, 0, front); break
        case 1: wedge(0, 0, 1, 0, front); wedge(0, 0, 0.66, 0, accent); wedge(0, 0, 0.33, 0, back); break
        case 2: whole(0.38, front); break
        case 3: whole(0.42, front); whole(0.2, accent); break
        case 4: pie(0.5, 0, 0.5, 0, 0.5, front); pie(0.5, 1, 0.5, 0.5, 1, accent); break
        case 5: shapes.push(area([at(0, 0), at(1, 0), at(0, 1)], front)); break
        case 6: for (let i = 0; i < 3; i++) shapes.push(area([at(0, i / 3 + 1 / 12), at(1, i / 3 + 1 / 12), at(1, i / 3 + 0.25), at(0, i / 3 + 0.25)], front)); break
        case 7: for (const [u, v] of [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]] as const) shapes.push(area(disc(x + u * cell, y + v * cell, cell * 0.14, 8), random.chance(0.2) ? accent : front, true)); break
        case 8: pie(0.5, 0.5, 0.5, 0.5, 1, front); shapes.push(area([at(0, 0.49), at(1, 0.49), at(1, 1), at(0, 1)], front)); pie(0.5, 0.5, 0.25, 0.5, 1, accent); shapes.push(area([at(0.25, 0.49), at(0.75, 0.49), at(0.75, 1), at(0.25, 1)], accent)); break
        default: wedge(0, 0, 0.98, 0, front); wedge(1, 1, 0.98, 0.5, accent)
      }
    }
  }
  return { ground: palette.ground, shapes }
}
