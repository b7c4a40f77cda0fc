import type { Drawing } from '../pictures/drawing.ts'
import { paletteOf } from '../pictures/palettes.ts'
import type { PatternName } from '../pictures/patterns/index.ts'

/** What one sees in each pattern, for people who don't. */
export const patternWords: Readonly<Record<PatternName, { short: string, seen: string }>> = {
  block: { short: 'Blocks', seen: 'a grid of quarter circles, arches, dots and stripes' },
  cutout: { short: 'Cut-outs', seen: 'paper-cut ferns, flowers and seeds on uneven squares' },
  drift: { short: 'Currents', seen: 'flowing strokes that follow one current' },
  dune: { short: 'Dunes', seen: 'layered, combed dunes under a low sun' },
  moire: { short: 'Waves', seen: 'wavering lines that swell and thin' },
  night: { short: 'Night skies', seen: 'a night sky with a moon, linked stars and dark hills' },
  orchard: { short: 'Rounds', seen: 'packed circles like cut fruit, wheels and buttons' },
  pebble: { short: 'Stones', seen: 'rounded stones laid close together, some of them veined' },
  relief: { short: 'Contours', seen: 'contour lines of an imagined landscape' },
  scale: { short: 'Scales', seen: 'overlapping rows of ringed scales' },
  seedhead: { short: 'Seed heads', seen: 'a sunflower spiral of seeds' },
  stem: { short: 'Stems', seen: 'upright plant stems with leaves, berries and flowers' },
  tile: { short: 'Tiles', seen: 'patterned floor tiles with stars, petals and rings' },
  turn: { short: 'Turns', seen: 'looping bands of parallel lines' },
  weave: { short: 'Weaves', seen: 'ribbons woven over and under each other' },
}

const fits: Readonly<Record<Drawing['layout'], string>> = { full: 'edge to edge', panel: 'in a bordered field', round: 'in a circle' }

function thing(kind: Drawing['kind'], look: string): string {
  const tone = look.toLowerCase()
  switch (kind) {
    case 'print': return tone === 'unframed' ? 'unframed print' : `print in ${/^[aeiou]/.test(tone) ? 'an' : 'a'} ${tone} frame`
    case 'mug': return `mug with ${tone} glaze`
    case 'tote': return `${tone} cotton tote bag`
    case 'tee': return `${tone} T-shirt`
    case 'notebook': return `notebook bound in ${tone} cloth`
    case 'cushion': return `cushion with ${tone} piping`
  }
}

const around: Readonly<Record<Drawing['kind'], Readonly<Record<Exclude<Drawing['view'], 'front' | 'detail'>, string>>>> = {
  print: { angle: 'standing at an angle, so that its edge shows', scene: 'on a painted wall above a vase of branches and a pile of books' },
  mug: { angle: 'seen from above, full of coffee, its handle to the left', scene: 'on a wooden table with pears and books, in window light' },
  tote: { angle: 'hanging from a peg by its handles', scene: 'on a peg rail in window light, next to a dried bunch' },
  tee: { angle: 'folded square', scene: 'on a wooden hanger in window light' },
  notebook: { angle: 'lying at an angle, its page edge showing', scene: 'on a desk with a mug, a pencil and a vase' },
  cushion: { angle: 'lying on another that shows its plain back', scene: 'on a linen sofa with a woven companion' },
}

/** One sentence that says what is in the picture. */
export function altText(drawing: Drawing, design: string, look: string): string {
  const what = thing(drawing.kind, look)
  const { seen } = patternWords[drawing.pattern]
  const tones = `in the palette ${paletteOf(drawing.palette).name}`
  if (drawing.view === 'front') return `${design}: ${what}, showing ${seen} ${fits[drawing.layout]}, ${tones}.`
  if (drawing.view === 'detail') return `Close-up of the ${design} ${what}: ${seen}, and the grain of the material.`
  return `${design} ${what} ${around[drawing.kind][drawing.view]}; the pattern shows ${seen}.`
}
