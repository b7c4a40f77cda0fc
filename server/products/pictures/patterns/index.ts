import { block } from './block.ts'
import { cutout } from './cutout.ts'
import { drift } from './drift.ts'
import { dune } from './dune.ts'
import type { Pattern } from './field.ts'
import { moire } from './moire.ts'
import { night } from './night.ts'
import { orchard } from './orchard.ts'
import { pebble } from './pebble.ts'
import { relief } from './relief.ts'
import { scale } from './scale.ts'
import { seedhead } from './seedhead.ts'
import { stem } from './stem.ts'
import { tile } from './tile.ts'
import { turn } from './turn.ts'
import { weave } from './weave.ts'

export const patternNames = ['block', 'cutout', 'drift', 'dune', 'moire', 'night', 'orchard', 'pebble', 'relief', 'scale', 'seedhead', 'stem', 'tile', 'turn', 'weave'] as const

export type PatternName = (typeof patternNames)[number]

export const patterns: Readonly<Record<PatternName, Pattern>> = { block, cutout, drift, dune, moire, night, orchard, pebble, relief, scale, seedhead, stem, tile, turn, weave }
