import { arc, area, line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Truchet tiles (Smith and Boucher, 1987): each tile holds two quarter turns, laid either way, and the lines never end. */
export const turn: Pattern = ({ width, height, random, palette }) => {
  const cell = random.pick([112, 132, 156])
  const [main, second] = random.shuffle(palette.inks.slice(0, 4))
  const strands = random.pick([[-0.24, -0.08, 0.08, 0.24], [-0.2, 0, 0.2], [-0.27, -0.16, 0, 0.16, 0.27]])
  const weight = (0.62 / strands.length) * random.range(0.5, 0.72) * cell
  const shapes: Shape[] = []
  for (let y = 0; y < height; y += cell) {
    for (let x = 0; x < width; x += cell) {
      const lean = random.chance(0.5)
      const corners: [Point, number][] = lean
        ? [[[x, y], 0], [[x + cell, y + cell], 0.5]]
        : [[[x + cell, y], 0.25], [[x, y + cell], 0.75]]
      for (const [[cx, cy], from] of random.shuffle(corners)) {
        const quarter = (r: number) => arc(cx, cy, r * cell, r * cell, from, from + 0.25, 6)
        // An area, not a stroke: its round ends would eat into the neighbours' lines.
        shapes.push(area([...quarter(0.16), ...quarter(0.84).reverse()], palette.ground))
        strands.forEach((offset, i) => {
          const odd = Math.abs(i - (strands.length - 1) / 2) < 1
          shapes.push(line(quarter(0.5 + offset), (odd ? second : main) ?? palette.ground, weight))
        })
      }
    }
  }
  return { ground: palette.ground, shapes }
}
