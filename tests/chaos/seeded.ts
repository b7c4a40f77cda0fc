import { randomBytes } from 'node:crypto'
import { seededStream } from '../../sandbox/random.ts'

/** Draws that come again with the same seed. */
export interface Dice {
  chance(probability: number): boolean
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number
  pick<T>(items: readonly T[]): T
  /** Picks by weight. */
  weigh<T extends { weight: number }>(items: readonly T[]): T
}

/** CHAOS_SEED, or a new one. */
export const chooseSeed = (): string => process.env.CHAOS_SEED || randomBytes(4).toString('hex')

export function dice(seed: string): Dice {
  const next = seededStream(seed)
  return {
    chance: probability => next() < probability,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: items => items[Math.floor(next() * items.length)]!,
    weigh(items) {
      let left = next() * items.reduce((sum, item) => sum + item.weight, 0)
      return items.find(item => (left -= item.weight) < 0) ?? items.at(-1)!
    },
  }
}
