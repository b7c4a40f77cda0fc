import { randomBytes } from 'node:crypto'

/** A 32-bit hash of a text: FNV-1a (Fowler, Noll, Vo), finished with MurmurHash3's mixer so that near inputs land far apart. */
export function hash32(text: string): number {
  let hash = 0x811C9DC5
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85EBCA6B)
  hash = Math.imul(hash ^ (hash >>> 13), 0xC2B2AE35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A repeatable stream of numbers in [0, 1): mulberry32 (Tommy Ettinger), seeded by a text. */
export function seededStream(seed: string): () => number {
  let state = hash32(seed)
  return () => {
    state = (state + 0x6D2B79F5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** An unguessable id in the style of the gateway, such as `pi_4f…` (24 hex digits). Not seeded: a restart must never repeat one. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`
}
