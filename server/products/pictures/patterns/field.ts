import type { Palette } from '../palettes.ts'
import type { Random } from '../random.ts'
import type { Shape } from '../shape.ts'

/** What a pattern is asked to fill. Units are those of a 1200 px picture: motifs keep their size, a larger field shows more of them. */
export interface Field {
  width: number
  height: number
  random: Random
  palette: Palette
}

export interface Painted {
  ground: string
  shapes: Shape[]
}

export type Pattern = (field: Field) => Painted
