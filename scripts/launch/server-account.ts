// Postgres refuses to run as root. As root it is started as "nobody" by number, which needs no user to be created, and
// nobody must be able to reach its binaries and its data: that fails below a 0700 folder such as /root.
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** Who a server runs as when the launcher is root. */
export const nobody = { uid: 65534, gid: 65534 }

export const isRoot = process.getuid?.() === 0

/** The uid and gid to spawn with; nothing when the launcher is an ordinary user, who can do all of it as themselves. */
export const serverAccount: { uid?: number, gid?: number } = isRoot ? nobody : {}

/** Whether the server's account gets through every folder from the root down to `path`. */
export function canReach(path: string): boolean {
  if (!isRoot) return true
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) {
      const { mode, uid } = statSync(folder)
      if (!(mode & 0o001) && uid !== nobody.uid) return false
    }
    if (folder === dirname(folder)) return true
  }
}

/**
 * A folder outside the project that the server's account can reach, the same one for the same `key` (a path).
 * @throws when somebody else made a folder of that name
 */
export function reachableFolder(key: string): string {
  const base = isRoot && existsSync('/var/tmp') ? '/var/tmp' : tmpdir()
  const hash = createHash('sha256').update(resolve(key)).digest('hex').slice(0, 12)
  const folder = join(base, `monolith-supply-${process.getuid?.() ?? 'user'}-${hash}`)
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || (process.getuid && stat.uid !== process.getuid())) {
    throw new Error(`${folder} belongs to somebody else; remove it first.`)
  }
  chmodSync(folder, 0o711)
  return folder
}
