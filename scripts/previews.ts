// Draws every picture of the house's own range and every scene very small, and writes them down: drawing two thousand
// pictures takes a minute, which nobody should wait for at every first start. Run it when the art changes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawCover } from '../server/products/pictures/cover.ts'
import { drawPicture, drawingSchema } from '../server/products/pictures/drawing.ts'
import { drawHero } from '../server/products/pictures/hero.ts'
import { packedPreviewOf, previewOfScene } from '../server/products/pictures/preview.ts'
import { buildCatalogue } from '../server/products/seed/catalogue.ts'
import { coverKey, heroKey, ownShelves } from '../shared/scenes.ts'
import { projectDir } from './launch/project.ts'

function write(file: string, about: string, name: string, aRow: number, entries: Iterable<readonly [key: string, value: string]>): void {
  const all = [...entries].map(([key, value]) => `'${key}': '${value}',`)
  const lines = Array.from({ length: Math.ceil(all.length / aRow) }, (_, row) => `  ${all.slice(row * aRow, (row + 1) * aRow).join(' ')}`)
  writeFileSync(join(projectDir, file), `/** ${about} Made by scripts/previews.ts. */\nexport const ${name}: Readonly<Record<string, string>> = {\n${lines.join('\n')}\n}\n`)
  console.log(`${file}: ${all.length} previews`)
}

const pictures = new Map<string, string>()
for (const { key, drawing } of buildCatalogue().flatMap(product => product.pictures)) {
  const short = key.slice(0, 10)
  if (pictures.has(short)) throw new Error(`two pictures begin with ${short}`)
  pictures.set(short, await packedPreviewOf(drawPicture(drawingSchema.parse(drawing))))
}
write('server/products/seed/previews.ts', 'Previews of the range, packed, by the first ten digits of a picture’s key.', 'packedPreviews', 12, pictures)

const scenes: [string, string][] = []
for (const shape of ['wide', 'tall'] as const) scenes.push([heroKey(shape), await previewOfScene(drawHero({ shape }))])
for (const shelf of ownShelves) scenes.push([coverKey(shelf), await previewOfScene(drawCover(shelf))])
write('shared/scene-previews.ts', 'Each scene as a picture of a few pixels, by its key.', 'scenePreviews', 1, scenes)
