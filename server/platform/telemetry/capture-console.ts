import type { Log } from './log.ts'

type Say = (...words: unknown[]) => void

/**
 * Lets what frameworks write to the console go through our log: one JSON object a line, without secrets. Of the same words at
 * most one line a second; a failing refresh of a cached answer would fill the disk while a database is away.
 */
export function captureConsole(log: Pick<Log, 'warn'>, { target = console as { error: Say, warn: Say }, now = () => performance.now() } = {}): void {
  const last = new Map<string, { at: number, more: number }>()
  const say: Say = (first, ...rest) => {
    const words = (first instanceof Error ? first.message : String(first)).slice(0, 200)
    const error = [first, ...rest].find(word => word instanceof Error)
    const before = last.get(words)
    if (before && now() - before.at < 1_000) {
      before.more += 1
      return
    }
    last.set(words, { at: now(), more: 0 })
    if (last.size > 100) last.delete(last.keys().next().value!)
    log.warn(words, { ...(error !== undefined && { error }), ...(before && before.more > 0 && { more: before.more }) })
  }
  target.error = say
  target.warn = say
}
