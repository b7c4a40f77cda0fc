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
      const box = (left: number, top: number, right: number, bottom: number, tone: string) => shapes.push(area([at(left, top), at(right, top), at(right, bottom), at(left, bottom)], tone))
      const arch = (r: number, tone: string) => {
        pie(0.5, 0.5, r, 0.5, 1, tone)
        box(0.5 - r, 0.49, 0.5 + r, 1, tone)
      }
      const dot = (u: number, v: number) => shapes.push(area(disc(x + u * cell, y + v * cell, cell * 0.14, 8), random.chance(0.2) ? accent : front, true))
      const motifs = [
        () => [wedge(0, 0, 1, 0, front)],
        () => [wedge(0, 0, 1, 0, front), wedge(0, 0, 0.66, 0, accent), wedge(0, 0, 0.33, 0, back)],
        () => [whole(0.38, front)],
        () => [whole(0.42, front), whole(0.2, accent)],
        () => [pie(0.5, 0, 0.5, 0, 0.5, front), pie(0.5, 1, 0.5, 0.5, 1, accent)],
        () => [shapes.push(area([at(0, 0), at(1, 0), at(0, 1)], front))],
        () => [0, 1, 2].map(i => box(0, i / 3 + 1 / 12, 1, i / 3 + 0.25, front)),
        () => [dot(0.25, 0.25), dot(0.75, 0.25), dot(0.25, 0.75), dot(0.75, 0.75)],
        () => [arch(0.5, front), arch(0.25, accent)],
        () => [wedge(0, 0, 0.98, 0, front), wedge(1, 1, 0.98, 0.5, accent)],
      ]
      random.pick(motifs)()
    }
  }
  return { ground: palette.ground, shapes }
}
