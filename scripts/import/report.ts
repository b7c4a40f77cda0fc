import { createWriteStream, mkdirSync, rmSync, type WriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Rejection } from '../../server/products/index.ts'

const shown = 20

/** Tells of the first rows that were left out on stderr, and of all in a CSV, which replaces the one of the last import. */
export function openReport(file: string): { add(rejection: Rejection): void, close(): Promise<void> } {
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  let out: WriteStream | null = null
  let count = 0
  return {
    add({ line, rows, handle, reason }) {
      count += 1
      if (count <= shown) process.stderr.write(`line ${line}${rows > 1 ? ` (${rows} rows)` : ''}: ${handle && `${handle}: `}${reason}\n`)
      out ??= createWriteStream(file).on('error', () => {})
      if (count === 1) out.write('Line,Rows,Handle,Reason\n')
      out.write(`${line},${rows},${cell(handle)},${cell(reason)}\n`)
    },
    async close() {
      if (!out) return
      out.end()
      await finished(out)
      process.stderr.write(`${count > shown ? `and ${count - shown} more; ` : ''}all of them are in ${file}\n`)
    },
  }
}

/** A text that a spreadsheet shows and never computes. */
const cell = (text: string) => `"${text.replace(/^[=+\-@\t\r]/, start => `'${start}`).replaceAll('"', '""')}"`
