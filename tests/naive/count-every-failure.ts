import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import type pg from 'pg'

/** A breaker for which a crowd that waits for our own connections is a dead server. */
export function countEveryFailure(pool: pg.Pool): (statement: string) => Promise<unknown> {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 2_000, breaker: new ConsecutiveBreaker(3) })
  return statement => breaker.execute(() => pool.query(statement))
}
