/**
 * Prevents: a hung Redis that is paid for once by each part that uses it, and again by each request.
 * Guarantees: all that share a connection learn together. The first command that is not answered in time, or the second
 * in a row that finds no connection, closes the way to Redis; from then on everybody is refused at once. One
 * probe at once, and then one a second, asks on nobody's time, and an answer opens the way again.
 *
 * @pattern timeout-retry-breaker-bulkhead
 */
import { type Redis, ReplyError } from 'ioredis'
import { currentTiming } from '../telemetry/current-timing.ts'

export interface RedisGuard {
  /** Runs commands, unless Redis is known not to answer. @throws {RedisUnavailable} at once then, else what the commands throw */
  run<T>(work: (redis: Redis) => Promise<T>): Promise<T>
  state(): 'closed' | 'open' | 'half-open'
}

/** Redis was not asked, since it did not answer a moment ago. */
export class RedisUnavailable extends Error {
  override name = 'RedisUnavailable'
}

const refusalsInARow = 2

/** One guard for one connection; `name` is told in the error. The connection's own `commandTimeout` says what is in time. */
export function guardRedis(redis: Redis, { name, probeAfterMs = 1_000, now = () => performance.now() }: { name: string, probeAfterMs?: number, now?: () => number }): RedisGuard {
  let state: ReturnType<RedisGuard['state']> = 'closed'
  let refusals = 0
  let probeAt = 0

  function failed(error: unknown) {
    // An error that Redis itself answers, such as "out of memory", shows that it is there.
    if (error instanceof ReplyError) return succeeded()
    refusals += 1
    const late = error instanceof Error && error.message === 'Command timed out'
    // Asked again at once: if it was this process that stood still, the answer is already on its way.
    if (state === 'closed' && (late || refusals >= refusalsInARow)) probe()
  }
  // What was sent before the way was closed may be answered later; only the probe opens it.
  function succeeded() {
    refusals = 0
  }
  function probe() {
    state = 'half-open'
    redis.ping().then(() => {
      state = 'closed'
      refusals = 0
    }, () => {
      state = 'open'
      probeAt = now() + probeAfterMs
    })
  }

  return {
    async run(work) {
      if (state === 'open' && now() >= probeAt) probe()
      if (state !== 'closed') throw new RedisUnavailable(`${name} does not answer`)
      const from = now()
      try {
        const answer = await work(redis)
        succeeded()
        return answer
      }
      catch (error) {
        failed(error)
        throw error
      }
      finally {
        currentTiming()?.spend('redis', now() - from)
      }
    },
    state: () => state,
  }
}
