export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type Log = Record<Exclude<LogLevel, 'silent'>, (message: string, fields?: Record<string, unknown>) => void>

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 }

const secretName = /password|token|secret|cookie|authorization|card|e-?mail/i
/** The values of a failed query, which drizzle puts into its message; people's addresses; card numbers. */
const secretText = [
  [/\nparams: .*?(?=\n {4}at |$)/gs, ''],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '(e-mail)'],
  [/\b(token|password)=[^&\s"]+/gi, '$1=(hidden)'],
] as const

/** A card's number, or an id of ours, whose digits may by chance look like one. */
const numberOrId = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d(?:[ -]?\d){12,18}\b/gi
const isId = (found: string) => found.length === 36

const withoutSecrets = (text: string) => secretText.reduce((rest, [pattern, instead]) => rest.replaceAll(pattern, instead), text)
  .replaceAll(numberOrId, found => (isId(found) ? found : '(number)'))

function printable(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value)
  if (Array.isArray(value)) return value.map(printable)
  if (value instanceof Error) return printableError(value)
  return value !== null && typeof value === 'object' && !('toJSON' in value) ? withoutSecretFields(value) : value
}

const withoutSecretFields = (fields: object) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, secretName.test(key) ? '(hidden)' : printable(value)]))

function printableError(value: Error): unknown {
  const { name, message, stack, cause } = value
  return { name, message: withoutSecrets(message), stack: stack && withoutSecrets(stack), cause: cause === undefined ? undefined : printable(cause) }
}

/**
 * One JSON object a line on stdout, errors unfolded; JSON escaping keeps a value from forging a line. Fields that are named
 * like a secret are hidden, and in texts what looks like an address, a card, or the values of a failed query.
 */
export function createLog(level: LogLevel, base: Record<string, unknown> = {}): Log {
  const write = (at: Exclude<LogLevel, 'silent'>) => (message: string, fields: Record<string, unknown> = {}) => {
    if (rank[at] < rank[level]) return
    process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level: at, message: withoutSecrets(message), ...base, ...withoutSecretFields(fields) })}\n`)
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
