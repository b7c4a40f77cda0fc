import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of the first of these programs that PATH holds, or null. */
export function findProgram(...names: string[]): string | null {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
      const path = join(folder, name + suffix)
      try {
        accessSync(path, constants.X_OK)
        return path
      }
      catch {
        continue
      }
    }
  }
  return null
}
