import type { RateLimiter } from '../../server/platform/rate-limit/gcra.ts'

/** Remembers a refusal for a whole window, as a ban list does: whoever was refused once stays out long after there is room. */
export function blockForAWindow(shared: RateLimiter): RateLimiter {
  const blockedUntil = new Map<string, number>()
  return {
    async take(key, policy) {
      const leftMs = (blockedUntil.get(key) ?? 0) - performance.now()
      if (leftMs > 0) return { allowed: false, granted: 0, remaining: 0, resetMs: leftMs, retryAfterMs: leftMs }
      const decision = await shared.take(key, policy)
      if (!decision.allowed) blockedUntil.set(key, performance.now() + policy.windowMs)
      return decision
    },
  }
}
