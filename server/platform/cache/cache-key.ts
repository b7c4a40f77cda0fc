import { createHash } from 'node:crypto'

/** Raise it when the shape of what is cached changes. */
export const cacheSchema = 1

/**
 * A key without collisions: Nitro drops every character that is not a word character, so `blue-shirt` and `blueshirt`
 * would share an entry; a hash has none to drop. Only what the caller names goes in, so that an unknown query
 * parameter cannot make entries.
 */
export function cacheKey(parts: Record<string, unknown>): string {
  const known = Object.entries(parts).filter(([, value]) => value !== undefined).sort(([a], [b]) => a.localeCompare(b))
  return createHash('sha256').update(JSON.stringify([cacheSchema, known])).digest('hex').slice(0, 40)
}
