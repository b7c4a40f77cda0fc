import { mix } from '../colour.ts'
import { arc, area, disc, line } from '../shape.ts'
import type { Point, Shape } from '../shape.ts'
import type { Pattern } from './field.ts'

/** Circles packed until none fits (Apollonian in spirit, patient in method): fruit cut open, wheels, and buttons. */
export const orchard: Pattern = ({ width, height, random, palette }) => {
  const shapes: Shape[] = []
  const placed: { x: number, y: number, r: number }[] = []
  const largest = random.range(100, 150)
  for (let tries = 0; tries < 2600 && placed.length < 260; tries++) {
    const x = random.range(-20, width + 20)
    const y = random.range(-20, height + 20)
    let r = largest
    for (const other of placed) r = Math.min(r, Math.hypot(other.x - x, other.y - y) - other.r - 7)
    if (r > 13) placed.push({ x, y, r: r > 60 ? r * random.range(0.75, 1) : r })
  }
  for (const { x, y, r } of placed) {
    const [ink, second, third] = random.shuffle(palette.inks) as [string, string, string]
    shapes.push(area(disc(x, y, r, 16), ink, true))
    const spin = random.range(0, 1)
    const kind = r < 30 ? 9 : random.int(0, 5)
    if (kind === 0) {
      shapes.push(area(disc(x, y, r * 0.86, 16), palette.ground, true))
      const wedges = random.int(7, 11)
      for (let i = 0; i < wedges; i++) {
        const from = spin + i / wedges
        const a = (from + 0.5 / wedges) * Math.PI * 2
        const [px, py] = [x + Math.cos(a) * r * 0.1, y + Math.sin(a) * r * 0.1]
        shapes.push(area([[px, py] as Point, ...arc(x, y, r * 0.76, r * 0.76, from + 0.12 / wedges, from + 0.88 / wedges, 5)], mix(ink, palette.ground, 0.25)))
      }
    }
    else if (kind === 1) for (let k = 4; k > 0; k--) shapes.push(area(disc(x, y, (r * k) / 5, 14), k % 2 ? ink : second, true))
    else if (kind === 2) {
      shapes.push(area([...arc(x, y, r, r, spin, spin + 0.5, 16)], second))
      shapes.push(area(disc(x, y, r * 0.3, 10), third, true))
    }
    else if (kind === 3) {
      for (let i = 0; i < 14; i++) {
        const a = ((spin + i / 14) % 1) * Math.PI * 2
        shapes.push(line([[x + Math.cos(a) * r * 0.38, y + Math.sin(a) * r * 0.38], [x + Math.cos(a) * r * 0.8, y + Math.sin(a) * r * 0.8]], palette.ground, r * 0.08))
      }
    }
    else if (kind === 4) {
      const dots = random.int(12, 26)
      for (let i = 0; i < dots; i++) {
        const d = Math.sqrt(i / dots) * r * 0.78
        const a = i * 2.39996
        const p: Point = [x + Math.cos(a) * d, y + Math.sin(a) * d]
        shapes.push(line([p, [p[0] + 0.1, p[1]]], palette.ground, r * 0.11))
      }
    }
    else if (kind === 5) shapes.push(area(disc(x + r * 0.24, y - r * 0.1, r * 0.62, 14), second, true))
  }
  return { ground: palette.ground, shapes }
}
