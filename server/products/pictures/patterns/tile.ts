import { cycle } from '../random.ts'
import type { Random } from '../random.ts'
import { arc, area, disc, rect } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

type Motif = (x: number, y: number, cell: number) => Shape[]

/** One encaustic tile: the same cut repeated in eight directions, then corners that meet the neighbours'. */
function motif(random: Random, inks: readonly string[], ground: string): Motif {
  const layers = random.shuffle(['petals', 'star', 'ring', 'diamond'] as const).slice(0, 3)
    // A ring painted last would hide the rest.
    .sort((a, b) => Number(b === 'ring') - Number(a === 'ring'))
  const corner = random.pick(['disc', 'quarter', 'kite'] as const)
  const tones = random.shuffle(inks)
  const thin = random.range(0.1, 0.2)
  const twist = random.pick([0, 0, 1 / 16])
  return (x, y, cell) => {
    const shapes: Shape[] = []
    const [cx, cy] = [x + cell / 2, y + cell / 2]
    const ray = (turn: number, along: number, across: number): Point => {
      const a = turn * Math.PI * 2
      return [cx + (Math.cos(a) * along - Math.sin(a) * across) * cell, cy + (Math.sin(a) * along + Math.cos(a) * across) * cell]
    }
    for (const [u, v] of [[0, 0], [1, 0], [1, 1], [0, 1]] as const) {
      const [px, py] = [x + u * cell, y + v * cell]
      const from = ({ '0,0': 0, '1,0': 0.25, '1,1': 0.5, '0,1': 0.75 } as Record<string, number>)[`${u},${v}`] ?? 0
      const pie = (r: number, ink: string) => shapes.push(area([[px, py], ...arc(px, py, r * cell, r * cell, from, from + 0.25, 8)], ink))
      if (corner === 'disc') {
        pie(0.3, cycle(tones, 0))
        pie(0.2, ground)
        pie(0.11, cycle(tones, 1))
      }
      else if (corner === 'quarter') {
        pie(0.42, cycle(tones, 2))
        pie(0.34, ground)
      }
      else shapes.push(area([[px, py], ray(from + 0.625 - 0.06, 0.42, 0), ray(from + 0.625, 0.26, 0), ray(from + 0.625 + 0.06, 0.42, 0)], cycle(tones, 0)))
    }
    layers.forEach((layer, i) => {
      const ink = cycle(tones, i + 1)
      const reach = 0.44 - i * 0.11
      if (layer === 'ring') {
        shapes.push(area(disc(cx, cy, reach * 0.8 * cell, 12), ink, true), area(disc(cx, cy, (reach * 0.8 - 0.05) * cell, 12), ground, true))
        return
      }
      for (let k = 0; k < (layer === 'diamond' ? 4 : 8); k++) {
        const turn = k / (layer === 'diamond' ? 4 : 8) + twist
        if (layer === 'petals') shapes.push(area([ray(turn, 0.03, 0), ray(turn, reach * 0.3, thin * 0.5), ray(turn, reach * 0.7, thin * 0.7), ray(turn, reach * 1.1, 0), ray(turn, reach * 0.7, -thin * 0.7), ray(turn, reach * 0.3, -thin * 0.5)], ink, true))
        else if (layer === 'star') shapes.push(area([ray(turn, 0, 0), ray(turn + 1 / 16, reach * 0.55, 0), ray(turn, reach, 0), ray(turn - 1 / 16, reach * 0.55, 0)], k % 2 ? ink : cycle(tones, i + 2)))
        else shapes.push(area([ray(turn, reach * 0.5, 0), ray(turn, reach * 0.8, thin * 0.7), ray(turn, reach * 1.1, 0), ray(turn, reach * 0.8, -thin * 0.7)], ink))
      }
    })
    shapes.push(area(disc(cx, cy, 0.055 * cell, 9), ground, true), area(disc(cx, cy, 0.03 * cell, 8), cycle(tones, 0), true))
    return shapes
  }
}

export const tile: Pattern = ({ width, height, random, palette }) => {
  const cell = random.pick([190, 226, 270])
  const first = motif(random, palette.inks, palette.ground)
  const second = random.chance(0.6) ? motif(random, palette.inks, cycle(palette.inks, 4)) : first
  const shapes: Shape[] = []
  const columns = Math.ceil(width / cell)
  const rows = Math.ceil(height / cell)
  // Centred, so that what is cut off is cut off evenly.
  const [left, top] = [(width - columns * cell) / 2, (height - rows * cell) / 2]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const other = (row + column) % 2 === 1
      const [x, y] = [left + column * cell, top + row * cell]
      if (other && second !== first) shapes.push(area(rect(x, y, cell, cell), cycle(palette.inks, 4)))
      shapes.push(...(other ? second : first)(x, y, cell))
    }
  }
  return { ground: palette.ground, shapes }
}
