import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Files below a folder of the project, as paths from its root with forward slashes; none where the folder is missing. */
export function filesBelow(folder: string, ends = ''): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ends))
    .map(entry => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
    .toSorted()
}

export const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** As an editor counts them. */
export const linesOf = (path: string) => read(path).trimEnd().split('\n').length
