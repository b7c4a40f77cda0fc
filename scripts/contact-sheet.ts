import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { drawPicture } from '../server/products/pictures/drawing.ts'
import type { Drawing } from '../server/products/pictures/drawing.ts'
import { drawHero } from '../server/products/pictures/hero.ts'
import { palettes } from '../server/products/pictures/palettes.ts'
import { patternNames } from '../server/products/pictures/patterns/index.ts'
import { drawPlaceholder } from '../server/products/pictures/placeholder.ts'
import { cycle } from '../server/products/pictures/random.ts'

// Every kind in every view on one sheet, for eyes: node scripts/contact-sheet.ts [--kind mug] [--view front] [--rows 4] [--tile 300]
const { values } = parseArgs({ options: {
  kind: { type: 'string' },
  view: { type: 'string' },
  rows: { type: 'string', default: '6' },
  tile: { type: 'string', default: '300' },
  seed: { type: 'string', default: '1' },
} })
const tile = Number(values.tile)
const gap = 8
const directory = '.data/contact-sheet'
const kinds = (['print', 'mug', 'tote', 'tee', 'notebook', 'cushion'] as const).filter(kind => !values.kind || kind === values.kind)
const views = (['front', 'angle', 'detail', 'scene'] as const).filter(view => !values.view || view === values.view)
const layouts = ['panel', 'full', 'round'] as const
const cloths = ['salt', 'ink', 'oat', 'kelp', 'rose', 'brick', 'ochre', 'fog']
const frames = ['oak', 'bare', 'black', 'white', 'walnut']

async function grid(name: string, pictures: string[], columns: number): Promise<void> {
  const tiles = []
  for (const [i, svg] of pictures.entries()) {
    const input = await sharp(Buffer.from(svg), { density: (72 * tile * 2) / 1200 }).resize(tile).png().toBuffer()
    tiles.push({ input, left: (i % columns) * (tile + gap), top: Math.floor(i / columns) * (tile + gap) })
  }
  const size = { width: columns * (tile + gap) - gap, height: Math.ceil(pictures.length / columns) * (tile + gap) - gap }
  await sharp({ create: { ...size, channels: 3, background: '#ffffff' } }).composite(tiles).png().toFile(`${directory}/${name}.png`)
  process.stdout.write(`${directory}/${name}.png\n`)
}

await mkdir(directory, { recursive: true })
for (const kind of kinds) {
  const pictures: string[] = []
  for (let row = 0; row < Number(values.rows); row++) {
    const at = kinds.indexOf(kind) * 3 + row * 2 + Number(values.seed)
    for (const view of views) {
      const drawing: Drawing = {
        kind,
        view,
        pattern: cycle(patternNames, at * 4),
        seed: at,
        palette: cycle(Object.keys(palettes), at * 5),
        colour: cycle(kind === 'print' ? frames : cloths, row + Number(values.seed)),
        layout: cycle(layouts, row),
      }
      pictures.push(drawPicture(drawing))
    }
  }
  await grid(kind, pictures, views.length * 2)
}
await grid('placeholder', ['one', 'two', 'three', 'four', 'five', 'six'].map(drawPlaceholder), 6)
for (const shape of ['wide', 'tall'] as const) await sharp(Buffer.from(drawHero({ shape }))).resize(shape === 'wide' ? 1600 : 900).png().toFile(`${directory}/hero-${shape}.png`)
