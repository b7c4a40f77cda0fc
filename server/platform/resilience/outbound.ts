/**
 * Four guards around every call to the outside world.
 *
 * Prevents: a slow or dead foreign service holding our requests, connections and patience.
 * Guarantees: an attempt ends after `timeoutMs`; at most `concurrency` run at once; after `failures` in a row calls
 * are refused at once for `openMs`, then one probe decides; only calls that say they are safe to repeat are
 * retried, with decorrelated jitter (Brooker, "Exponential Backoff And Jitter", 2015), and not before the time that the
 * service itself has named.
 *
 * @pattern timeout-retry-breaker-bulkhead
 */
import { inPart } from '../telemetry/spans.ts'
import { BrokenCircuitError, bulkhead, BulkheadRejectedError, circuitBreaker, CircuitState, ConsecutiveBreaker, decorrelatedJitterGenerator, ExponentialBackoff, handleWhen, type IBackoff, type IBackoffFactory, retry, TaskCancelledError, timeout, TimeoutStrategy, wrap } from 'cockatiel'

export interface OutboundSettings {
  name: string
  timeoutMs: number
  concurrency: number
  /** How many calls may wait for a place, twice `concurrency` unless told; 0 where nobody's patience is longer than one attempt. */
  queue?: number
  failures?: number
  openMs?: number
  /** How many tries a repeatable call gets in all. */
  attempts?: number
  /** Foreign answers that are no fault of the service: a declined card must not open the breaker. */
  isFault?: (error: unknown) => boolean
  /** How long the service asked to be left alone, in ms; null when it did not. Otherwise an error's own `retryAfterMs` says it. */
  retryAfterOf?: (error: unknown) => number | null
}

/** Nobody's request waits longer than this for a service that asks for patience: the call then fails at once. */
const maxRetryAfterMs = 5_000

interface Tried { result: object }

/** The pauses of `inner`, but none that ends before the service wants to be asked again. */
function patiently(inner: IBackoffFactory<unknown>, retryAfterOf: (error: unknown) => number | null): IBackoffFactory<Tried> {
  return {
    next(tried): IBackoff<Tried> {
      const pause = inner.next(tried)
      const wanted = 'error' in tried.result ? retryAfterOf(tried.result.error) : null
      return { duration: Math.max(pause.duration, wanted ?? 0), ...patiently(pause, retryAfterOf) }
    },
  }
}

const ownRetryAfter = (error: unknown) => (error as { retryAfterMs?: number | null } | null)?.retryAfterMs ?? null

/** The call was not made: the service is known to be down, or too many calls are waiting. */
export class OutboundRefusedError extends Error {
  override name = 'OutboundRefusedError'
}

/** The call was made and no answer came in time: whether it took effect is unknown. */
export class OutboundTimeoutError extends Error {
  override name = 'OutboundTimeoutError'
}

export interface Outbound {
  call<T>(work: (signal: AbortSignal) => Promise<T>, options?: { repeatable?: boolean }): Promise<T>
  state(): 'closed' | 'open' | 'half-open'
}

/** Who this process calls, by name; only for the metrics. */
const callees = new Map<string, Outbound>()

/** The breaker's state of each outside service that this process may call. */
export const outboundStates = () => [...callees].map(([name, outbound]) => ({ name, state: outbound.state() }))

export function createOutbound(settings: OutboundSettings): Outbound {
  const { name, timeoutMs, concurrency, queue = concurrency * 2, failures = 5, openMs = 5_000, attempts = 3, isFault = () => true, retryAfterOf = ownRetryAfter } = settings
  // A call that we did not make, since too many of ours were waiting, says nothing about the service.
  const countsAsFault = (error: unknown) => !(error instanceof BulkheadRejectedError) && !(error instanceof BrokenCircuitError) && isFault(error)
  const breaker = circuitBreaker(handleWhen(countsAsFault), { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failures) })
  const once = wrap(breaker, bulkhead(concurrency, queue), timeout(timeoutMs, TimeoutStrategy.Aggressive))
  const worthWaiting = (error: unknown) => countsAsFault(error) && (retryAfterOf(error) ?? 0) <= maxRetryAfterMs
  const again = retry(handleWhen(worthWaiting), {
    maxAttempts: attempts - 1,
    backoff: patiently(new ExponentialBackoff({ initialDelay: 50, maxDelay: 1_000, generator: decorrelatedJitterGenerator }), retryAfterOf),
  })
  const repeatedly = wrap(again, once)

  const outbound: Outbound = {
    async call(work, { repeatable = false } = {}) {
      try {
        return await inPart(name, { kind: 'internal' }, () => (repeatable ? repeatedly : once).execute(({ signal }) => work(signal)))
      }
      catch (error) {
        if (error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError) throw new OutboundRefusedError(`${name} is not being called`, { cause: error })
        if (error instanceof TaskCancelledError) throw new OutboundTimeoutError(`${name} did not answer within ${timeoutMs} ms`, { cause: error })
        throw error
      }
    },
    state: () => breaker.state === CircuitState.Open ? 'open' : breaker.state === CircuitState.HalfOpen ? 'half-open' : 'closed',
  }
  callees.set(name, outbound)
  return outbound
}
