const everyMs = 2_000

/** A bar that is redrawn on a terminal; elsewhere, such as in a log, a line every two seconds. */
export function showProgress(output: NodeJS.WriteStream = process.stdout): { show(done: number | null, text: string): void, end(text: string): void } {
  let lastAt = performance.now()
  const clear = () => (output.isTTY ? '\r\x1B[2K' : '')
  return {
    /** `done` from 0 to 1, or null when nobody knows. */
    show(done, text) {
      const now = performance.now()
      if (now - lastAt < (output.isTTY ? 100 : everyMs)) return
      lastAt = now
      const share = done === null ? '' : output.isTTY ? `${bar(done)} ` : `${Math.round(done * 100)} % `
      output.write(output.isTTY ? `${clear()}${`${share}${text}`.slice(0, output.columns - 1)}` : `${share}${text}\n`)
    },
    end(text) {
      output.write(`${clear()}${text}\n`)
    },
  }
}

function bar(done: number, width = 24): string {
  const full = Math.round(Math.min(1, done) * width)
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.round(done * 100)).padStart(3)} %`
}
