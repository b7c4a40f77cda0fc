export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type Log = Record<Exclude<LogLevel, 'silent'>, (message: string, fields?: Record<string, unknown>) => void>

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 }

function printable(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  return { name: value.name, message: value.message, stack: value.stack, cause: value.cause === undefined ? undefined : printable(value.cause) }
}

/** One JSON object a line on stdout, errors unfolded; JSON escaping keeps a value from forging a line. */
export function createLog(level: LogLevel, base: Record<string, unknown> = {}): Log {
  const write = (at: Exclude<LogLevel, 'silent'>) => (message: string, fields: Record<string, unknown> = {}) => {
    if (rank[at] < rank[level]) return
    const safe = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, printable(value)]))
    process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level: at, message, ...base, ...safe })}\n`)
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
