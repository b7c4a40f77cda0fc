import { mix } from '../colour.ts'
import { area, rect } from '../shape.ts'
import type { Shape } from '../shape.ts'
import type { Random } from '../random.ts'
import type { Pattern } from './field.ts'

function sett(random: Random, length: number, inks: readonly string[], ground: string): { at: number, size: number, ink: string }[] {
  const repeat = Array.from({ length: random.int(5, 8) }, (_, i) => ({
    size: random.pick([22, 22, 34, 46, 70]),
    ink: i % 2 === 0 ? ground : random.pick(inks),
  }))
  // Mirrored, as a tartan's sett is.
  const whole = [...repeat, ...[...repeat].reverse().slice(1)]
  const bands: { at: number, size: number, ink: string }[] = []
  let at = 0
  for (let i = 0; at < length; i++) {
    const band = whole[i % whole.length]
    if (!band) break
    bands.push({ at, ...band })
    at += band.size
  }
  return bands
}

/** Ribbons over and under, wide and narrow, with the shadow of the one on top. */
export const weave: Pattern = ({ width, height, random, palette }) => {
  const warp = sett(random, width, palette.inks, palette.ground)
  const weft = sett(random, height, palette.inks.slice(0, 4), mix(palette.ground, palette.inks[4] ?? palette.ground, 0.3))
  const twill = random.pick([2, 2, 3, 4])
  const shapes: Shape[] = []
  for (const band of warp) shapes.push(area(rect(band.at, 0, band.size - 2, height), band.ink))
  weft.forEach((over, row) => {
    warp.forEach((under, column) => {
      if ((row + column) % twill === 0) return
      shapes.push(area(rect(under.at - 1, over.at, under.size + 1, over.size - 2), twill > 2 ? mix(over.ink, under.ink, 0.12) : over.ink))
    })
    // Threads.
    for (let y = over.at + 7; y < over.at + over.size - 6; y += 11) {
      warp.forEach((under, column) => {
        if ((row + column) % twill !== 0) shapes.push(area(rect(under.at + 1, y, under.size - 4, 1.6), mix(over.ink, '#1a120e', 0.18)))
      })
    }
  })
  return { ground: palette.ground, shapes }
}
