type Headers = Record<string, string | undefined> | { get(name: string): string | null }

const valueOf = (headers: Headers, name: string) => typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, string | undefined>)[name] ?? null

/**
 * How long a service asks to be left alone, in ms; null when it does not say. Reads both forms of `Retry-After` (RFC 9110,
 * 10.2.3): seconds, and a date, which is compared with the answer's own `Date` so that neither clock need be right.
 */
export function readRetryAfterMs(headers: Headers): number | null {
  const value = valueOf(headers, 'retry-after')?.trim()
  if (!value) return null
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const [at, now] = [Date.parse(value), Date.parse(valueOf(headers, 'date') ?? '')]
  if (Number.isNaN(at)) return null
  return Math.max(0, at - (Number.isNaN(now) ? Date.now() : now))
}
