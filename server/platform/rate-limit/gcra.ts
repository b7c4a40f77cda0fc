/**
 * The generic cell rate algorithm: one number a key, the theoretical arrival time (TAT) of the next conforming request.
 * Source: ITU-T I.371 (virtual scheduling); brandur.org/rate-limiting for its use on HTTP.
 */
export interface RateLimitPolicy {
  name: string
  /** Requests per window; also the burst. */
  quota: number
  windowMs: number
}

export interface RateDecision {
  allowed: boolean
  /** Requests that would be allowed right now, after this one. */
  remaining: number
  /** Until the whole quota is there again. */
  resetMs: number
  /** Until the next request conforms; 0 when allowed. */
  retryAfterMs: number
}

export interface RateLimiter {
  take(key: string, policy: RateLimitPolicy): Promise<RateDecision>
}

/** Clocks have fractions, and sums of them are off by less than this: a request is not refused for a rounding error. */
const roundingMs = 0.001

/** One step of the algorithm; times in milliseconds on one clock. Answers the TAT to keep, `null` to keep the old one. */
export function gcra(nowMs: number, storedTatMs: number | null, { quota, windowMs }: RateLimitPolicy): { decision: RateDecision, tatMs: number | null } {
  const interval = windowMs / quota
  const tat = Math.max(storedTatMs ?? nowMs, nowMs)
  const next = tat + interval
  const earlyMs = next - windowMs - nowMs
  if (earlyMs > roundingMs) {
    return { decision: { allowed: false, remaining: 0, resetMs: tat - nowMs, retryAfterMs: earlyMs }, tatMs: null }
  }
  return { decision: { allowed: true, remaining: Math.floor((roundingMs - earlyMs) / interval), resetMs: next - nowMs, retryAfterMs: 0 }, tatMs: next }
}
