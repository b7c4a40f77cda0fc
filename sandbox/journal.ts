// Prevents: a restarted gateway that has forgotten what it charged.
// Guarantees: each entry is one line in one write, so after a kill an entry is there whole or not at all. It survives the
// death of the process; it is not fsynced, so the last moments before a power cut may be gone.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Journal {
  append: (entry: unknown) => void
  close: () => void
}

/**
 * Opens an append-only file of JSON lines and replays it, oldest first, through `replay`.
 * A torn last line (the process was killed while writing) is cut off.
 * @throws SyntaxError when a line before the last is damaged: that is not ours to guess about.
 */
export function openJournal(file: string, replay: (entry: unknown) => void): Journal {
  mkdirSync(dirname(file), { recursive: true })
  if (existsSync(file)) {
    const content = readFileSync(file)
    const wholeBytes = content.lastIndexOf(0x0A) + 1
    if (wholeBytes < content.length) truncateSync(file, wholeBytes)
    for (const line of content.subarray(0, wholeBytes).toString('utf8').split('\n')) {
      if (line !== '') replay(JSON.parse(line))
    }
  }
  const descriptor = openSync(file, 'a')
  return {
    append(entry) {
      writeSync(descriptor, `${JSON.stringify(entry)}\n`)
    },
    close() {
      closeSync(descriptor)
    },
  }
}
