/** How often a job is tried, and the first and the longest of its doubling pauses. */
export interface Patience { attempts: number, firstPauseMs: number, longestPauseMs: number }

/**
 * The pause in ms after the given failed attempt (the first is 1): doubling up to a cap, less up to half of it by chance, so
 * that a thousand jobs that failed together do not come back together. Source: Brooker, "Exponential Backoff And Jitter", 2015.
 */
export function pauseMs({ firstPauseMs, longestPauseMs }: Omit<Patience, 'attempts'>, attempt: number, random = Math.random()): number {
  const full = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))
  return Math.round(full * (1 - random / 2))
}
