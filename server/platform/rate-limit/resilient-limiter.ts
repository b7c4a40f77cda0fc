import { burstOf, type RateLimiter, type RateLimitPolicy } from './gcra.ts'

/**
 * Asks the shared limiter, and a local one while the shared one is not there: never unlimited, never an outage of its own.
 * Where abuse would pay, each process then lets only its share pass, so that together they keep the limit.
 *
 * @param instances how many processes there were when they could last be counted
 */
export function resilientLimiter(shared: RateLimiter, local: RateLimiter, { instances }: { instances: () => number }): RateLimiter {
  return {
    async take(key, policy, count) {
      try {
        return await shared.take(key, policy, count)
      }
      catch {
        return { ...await local.take(key, policy.alone === 'share' ? shareOf(policy, instances()) : policy, count), degraded: true }
      }
    },
  }
}

/** One process' part, rounded up, so at least 1. */
function shareOf(policy: RateLimitPolicy, instances: number): RateLimitPolicy {
  return { ...policy, quota: Math.ceil(policy.quota / instances), burst: Math.ceil(burstOf(policy) / instances) }
}
