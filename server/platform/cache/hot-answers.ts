import type { PublicAnswer } from './shared-cache.ts'

export interface HotAnswers {
  get(key: string): PublicAnswer | undefined
  set(key: string, answer: PublicAnswer, forMs: number): void
  bytes(): number
}

/** What an entry costs beside its bytes: its key, its place in the map, its headers. */
const entryBytes = 1_000

/**
 * The answers that this process was asked for last, as the bytes that it sends; bounded in bytes, each for seconds.
 * The one that was not asked for the longest leaves first.
 */
export function createHotAnswers({ maxBytes, now = () => performance.now() }: { maxBytes: number, now?: () => number }): HotAnswers {
  const entries = new Map<string, { answer: PublicAnswer, until: number }>()
  let bytes = 0
  const sizeOf = (answer: PublicAnswer) => answer.body.byteLength + entryBytes

  function drop(key: string) {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    bytes -= sizeOf(entry.answer)
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      if (entry.until <= now()) {
        drop(key)
        return undefined
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry.answer
    },
    set(key, answer, forMs) {
      drop(key)
      // One that would push out a tenth of all others is not worth its place.
      if (forMs <= 0 || sizeOf(answer) > maxBytes / 10) return
      entries.set(key, { answer, until: now() + forMs })
      bytes += sizeOf(answer)
      while (bytes > maxBytes) drop(entries.keys().next().value!)
    },
    bytes: () => bytes,
  }
}
