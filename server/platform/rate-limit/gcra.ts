/**
 * The generic cell rate algorithm: one number a key, the theoretical arrival time (TAT) of the next conforming request.
 * Source: ITU-T I.371 (virtual scheduling); brandur.org/rate-limiting for its use on HTTP.
 */
export interface RateLimitPolicy {
  name: string
  /** Requests per window, sustained: one permit comes back every `windowMs / quota`. */
  quota: number
  windowMs: number
  /** Requests at once after a quiet time; the quota unless told otherwise. */
  burst?: number
  /** At most so many permits are taken at once, to be spent within two seconds; one at a time unless told otherwise. */
  lease?: number
  /** What each process may let pass while it cannot count with the others: all of it, or its share. */
  alone?: 'share'
}

export interface RateDecision {
  allowed: boolean
  /** Permits that were taken: at most as many as were asked for, none when refused. */
  granted: number
  /** Requests that would be allowed right now, after those. */
  remaining: number
  /** Until the whole burst is there again. */
  resetMs: number
  /** Until the next request conforms; 0 when allowed. */
  retryAfterMs: number
  /** Made by this process alone, since the shared count could not be asked. */
  degraded?: true
}

export interface RateLimiter {
  /** @param count how many permits to take, fewer when fewer are there; 1 unless told otherwise */
  take(key: string, policy: RateLimitPolicy, count?: number): Promise<RateDecision>
}

/** Clocks have fractions, and sums of them are off by less than this: a request is not refused for a rounding error. */
const roundingMs = 0.001

export const burstOf = ({ quota, burst }: RateLimitPolicy): number => burst ?? quota

/** One step of the algorithm; times in milliseconds on one clock. Answers the TAT to keep, `null` to keep the old one. */
export function gcra(nowMs: number, storedTatMs: number | null, policy: RateLimitPolicy, count = 1): { decision: RateDecision, tatMs: number | null } {
  const interval = policy.windowMs / policy.quota
  const waitingMs = Math.max(storedTatMs ?? nowMs, nowMs) - nowMs
  const available = Math.floor((interval * burstOf(policy) - waitingMs + roundingMs) / interval)
  if (available < 1) {
    const retryAfterMs = waitingMs + interval - interval * burstOf(policy)
    return { decision: { allowed: false, granted: 0, remaining: 0, resetMs: waitingMs, retryAfterMs }, tatMs: null }
  }
  const granted = Math.min(count, available)
  const resetMs = waitingMs + granted * interval
  return { decision: { allowed: true, granted, remaining: available - granted, resetMs, retryAfterMs: 0 }, tatMs: nowMs + resetMs }
}
