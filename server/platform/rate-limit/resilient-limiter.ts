import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import type { RateLimiter } from './gcra.ts'

/** Asks the shared limiter, and a local one while the shared one is not there: never unlimited, never an outage of its own. */
export function resilientLimiter(shared: RateLimiter, local: RateLimiter): RateLimiter {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker: new ConsecutiveBreaker(2) })
  return {
    async take(key, policy) {
      try {
        return await breaker.execute(() => shared.take(key, policy))
      }
      catch {
        return local.take(key, policy)
      }
    },
  }
}
