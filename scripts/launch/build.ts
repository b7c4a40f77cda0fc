// Builds the app when its sources are not those of the last build. Contents decide, not times: a checkout changes those.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runToEnd } from './child.ts'
import { dataDir, projectDir, projectEnv, tools } from './project.ts'

/** Inside .output, which `nuxt build` empties first: a build that breaks off leaves no hash. */
const hashFile = join(projectDir, '.output/source-hash')

/** Names at the top that no build reads. All else counts, so that a new folder can't be forgotten here. */
export const apart = /^(\..*|node_modules|dist|coverage|deploy|docs|sandbox|scripts|test-results|screenshots|tests|.*\.md|LICENSE|Dockerfile|docker-compose.*|vitest\.config\.ts|eslint\.config\.mjs)$/

/** Whether `.output` was built from the sources as they are now. */
export function isBuilt(): boolean {
  return existsSync(hashFile) && readFileSync(hashFile, 'utf8') === sourceHash()
}

/**
 * Runs `nuxt build` unless it would change nothing. Its output goes to .data/logs/build.log and to `onLine`.
 * @returns whether it had to build
 * @throws with the last lines of the output when the build fails
 */
export async function ensureBuilt(onLine?: (line: string) => void): Promise<boolean> {
  const hash = sourceHash()
  if (existsSync(hashFile) && readFileSync(hashFile, 'utf8') === hash) return false
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  await runToEnd({
    name: 'nuxt build',
    command: process.execPath,
    args: [tools.nuxt, 'build'],
    env: { ...projectEnv(), NODE_ENV: 'production' },
    cwd: projectDir,
    logFile: join(dataDir, 'logs/build.log'),
    onLine,
  })
  writeFileSync(hashFile, hash)
  return true
}

function sourceHash(): string {
  const hash = createHash('sha256').update(process.version)
  const files = readdirSync(projectDir, { withFileTypes: true })
    .filter(entry => !apart.test(entry.name))
    .flatMap(entry => entry.isDirectory() ? listFiles(entry.name) : [entry.name])
    .concat(listFiles('scripts/build'))
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(projectDir, file)))
  return hash.digest('hex')
}

function listFiles(folder: string): string[] {
  return readdirSync(join(projectDir, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(projectDir.length + 1))
}
