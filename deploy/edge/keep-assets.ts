import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** By then nobody has a page open that names them, and no cache keeps one. */
const keptForMs = 30 * 24 * 3_600_000
const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))

/**
 * Puts a build's hashed files beside those of the builds before it, for pages that are still open, and removes what no build has
 * brought for 30 days. A file that is there is not written again, since its name says what is in it; one that is not comes whole.
 * @param publicDir the build's, which has `_nuxt` in it
 * @param assetsDir `EDGE_ASSETS_DIR` of nginx
 */
export function keepAssets(publicDir: string, assetsDir: string, now = Date.now()): void {
  const [from, to] = [join(publicDir, '_nuxt'), join(assetsDir, '_nuxt')]
  mkdirSync(to, { recursive: true })
  for (const file of existsSync(from) ? filesBelow(from) : []) {
    if (!existsSync(join(to, file))) {
      const part = join(to, `${file}.${randomUUID()}.part`)
      mkdirSync(dirname(part), { recursive: true })
      copyFileSync(join(from, file), part)
      renameSync(part, join(to, file))
    }
    utimesSync(join(to, file), now / 1_000, now / 1_000)
  }
  for (const file of filesBelow(to)) {
    if (now - statSync(join(to, file)).mtimeMs > keptForMs) rmSync(join(to, file), { force: true })
  }
}
