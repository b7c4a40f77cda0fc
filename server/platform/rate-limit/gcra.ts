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

/** One step of the algorithm; times in milliseconds on one clock. Answers the TAT to keep, `null` to keep the old one. */
export function gcra(nowMs: number, storedTatMs: number | null, { quota, windowMs }: RateLimitPolicy): { decision: RateDecision, tatMs: number | null } {
  const interval = windowMs / quota
  const tat = Math.max(storedTatMs ?? nowMs, nowMs)
  const next = tat + interval
  const allowAt = next - windowMs
  if (nowMs < allowAt) {
    return { decision: { allowed: false, remaining: 0, resetMs: tat - nowMs, retryAfterMs: allowAt - nowMs }, tatMs: null }
  }
  return { decision: { allowed: true, remaining: Math.floor((nowMs - allowAt) / interval), resetMs: next - nowMs, retryAfterMs: 0 }, tatMs: next }
}
