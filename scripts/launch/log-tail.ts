import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs'

/** The last lines of a log file, for an error message: reads at most 8 kB. */
export function lastLines(file: string, count = 12): string[] {
  if (!existsSync(file)) return []
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const buffer = Buffer.alloc(Math.min(size, 8192))
    readSync(handle, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count)
  }
  finally {
    closeSync(handle)
  }
}

/** Opens a log to append to; one that grew beyond 5 MB is put aside as `.old` first. */
export function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > 5_000_000) renameSync(file, `${file}.old`)
  return openSync(file, 'a', 0o600)
}
