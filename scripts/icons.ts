// Draws the mark as the icons that systems ask for as pixels, into public/: node scripts/icons.ts
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { projectDir } from './launch/project.ts'

/** The slab within the middle four fifths, which no mask of a system cuts. */
const mark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="512" height="512"><path d="M0 0h100v100H0z" fill="#f5f6f3"/><path d="M36 20h28v60H36z" fill="#17191a"/><path d="m36 80 28-28v28z" fill="#ffb81c"/></svg>'

for (const [name, size] of [['apple-touch-icon', 180], ['icon-192', 192], ['icon-512', 512]] as const) {
  await writeFile(join(projectDir, 'public', `${name}.png`), await sharp(Buffer.from(mark)).resize(size).png({ palette: true, colours: 32 }).toBuffer())
}
