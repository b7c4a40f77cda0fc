/**
 * Purges nginx' cache by tag: each kept file begins with the answer's header, and one whose `cache-tag` names what changed is
 * deleted, which nginx takes for a miss.
 *
 * An answer that was on its way when its tag was purged is stored after that, from before the change. So each purge is done
 * again after a second, and after ten: by then every request that began before it has ended, since none lasts longer. Until then
 * such an answer can be shown, so the bound for one that was asked for in that very moment is ten seconds, not one.
 *
 * @pattern edge-cache
 */
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'

const againAfterMs = [1_000, 10_000]
/** nginx' own head, the key and our headers nearly always; at most what nginx takes of headers. */
const headBytes = [4_096, 20_480] as const

/** The tags of a kept answer; none when it names none or is gone. */
function tagsIn(file: string, buffer: Buffer): string[] {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, 'r')
    for (const bytes of headBytes) {
      const head = buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, 0))
      const [from, to] = [head.indexOf('\nKEY: '), head.indexOf('\r\n\r\n')]
      if (to < 0) continue
      return /\r\ncache-tag:\s*([^\r]*)/i.exec(head.toString('latin1', from, to))?.[1]!.split(',').map(tag => tag.trim()) ?? []
    }
    return []
  }
  catch {
    return []
  }
  finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && /^[0-9a-f]{32}$/.test(entry.name)).map(entry => join(entry.parentPath, entry.name))
  }
  catch {
    return []
  }
}

export interface Purger {
  /** Deletes what has one of these tags, or everything for null; resolves to how many files when the first sweep is over. */
  purge(tags: readonly string[] | null): Promise<number>
  /** `pending` are the sweeps that are still to come. */
  counts(): { purges: number, deleted: number, pending: number }
  size(): { files: number, bytes: number }
  stop(): void
}

/** @param folder `EDGE_CACHE_DIR`/shop */
export function createPurger(folder: string): Purger {
  const buffer = Buffer.alloc(headBytes[1])
  /** What a file says is read once: nginx writes a new file for a new answer. */
  let read = new Map<string, { stamp: string, tags: string[] }>()
  const timers = new Set<NodeJS.Timeout>()
  let purges = 0
  let deleted = 0
  let last: Promise<unknown> = Promise.resolve()

  async function sweep(tags: ReadonlySet<string> | null): Promise<number> {
    let count = 0
    const still: typeof read = new Map()
    for (const [place, file] of filesBelow(folder).entries()) {
      // Readiness is asked for meanwhile.
      if (place % 200 === 199) await breathe()
      const stat = statSync(file, { throwIfNoEntry: false })
      if (!stat) continue
      const stamp = `${stat.ino} ${stat.mtimeMs}`
      const before = read.get(file)
      const entry = before?.stamp === stamp ? before : { stamp, tags: tagsIn(file, buffer) }
      if (tags === null || entry.tags.some(tag => tags.has(tag))) {
        rmSync(file, { force: true })
        count += 1
      }
      else still.set(file, entry)
    }
    read = still
    deleted += count
    return count
  }

  // One after another: a hundred purges at once would read every file a hundred times at once.
  const inTurn = (tags: ReadonlySet<string> | null) => {
    const mine = last.then(() => sweep(tags))
    last = mine.catch(() => {})
    return mine
  }

  return {
    purge(tags) {
      purges += 1
      const wanted = tags && new Set(tags)
      for (const afterMs of againAfterMs) {
        const timer = setTimeout(() => {
          timers.delete(timer)
          void inTurn(wanted).catch(() => {})
        }, afterMs)
        timers.add(timer)
      }
      return inTurn(wanted)
    },
    counts: () => ({ purges, deleted, pending: timers.size }),
    size() {
      const files = filesBelow(folder)
      return { files: files.length, bytes: files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0) }
    },
    stop: () => timers.forEach(clearTimeout),
  }
}
