import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import type { Redis } from 'ioredis'

/** A breaker of its own for each part that uses the connection: each has to learn anew, twice. */
export function breakerEach(redis: Redis): { run<T>(work: (redis: Redis) => Promise<T>): Promise<T> } {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker: new ConsecutiveBreaker(2) })
  return { run: work => breaker.execute(() => work(redis)) }
}
