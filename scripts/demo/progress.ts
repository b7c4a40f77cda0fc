const started = performance.now()

/** Prints a line of its own, indented below the step that it belongs to. */
export function say(line: string): void {
  process.stdout.write(`${clearLine()}${line}\n`)
}

/** Runs a step and tells it in one line: what is there now, and how long it took. */
export async function step<T>(title: string, task: () => Promise<T>, describe: (result: T) => string): Promise<T> {
  const from = performance.now()
  if (process.stdout.isTTY) process.stdout.write(`  … ${title}`)
  const result = await task()
  say(`  ✓ ${title.padEnd(10)} ${describe(result).padEnd(72)} ${seconds(performance.now() - from)}`)
  return result
}

/** Since the program started. */
export function elapsed(): string {
  return seconds(performance.now() - started).trim()
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(5)} s`
}

function clearLine(): string {
  return process.stdout.isTTY ? '\r\x1B[2K' : ''
}
