import { gcra, type RateLimiter } from './gcra.ts'

/** Limits within one process; bounded, the keys that are nearest to full quota leave first. */
export function memoryLimiter({ maxKeys = 50_000, now = () => performance.now() } = {}): RateLimiter {
  const tats = new Map<string, number>()
  return {
    async take(key, policy, count) {
      const name = `${policy.name}:${key}`
      const { decision, tatMs } = gcra(now(), tats.get(name) ?? null, policy, count)
      if (tatMs !== null) {
        tats.delete(name)
        tats.set(name, tatMs)
        if (tats.size > maxKeys) tats.delete(tats.keys().next().value!)
      }
      return decision
    },
  }
}
