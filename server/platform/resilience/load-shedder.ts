/**
 * Refuses what can wait, so that what cannot is answered.
 *
 * Prevents: a flood of searches that makes every answer late, the payment's too.
 * Guarantees: what is not buying shares a limit of requests in flight, which shrinks while the event loop is later than its
 * target and grows back within ten seconds; search may use a part of it, suggestions a smaller one, and of their answers
 * six and three are made at once: they are refused first, and what is accepted takes hardly longer than at full use.
 * Buying is refused only when `maxInFlight` of its own are being answered.
 *
 * @pattern load-shedding
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Priority } from './priorities.ts'

export interface LoadShedder {
  /** Answers what to call when the request is over; null when it must be refused. */
  admit(priority: Priority): (() => void) | null
  /** The same for making an answer that no cache had, within a request that was admitted. */
  beginMaking(priority: Priority): (() => void) | null
  /** How many that are not buying may be in flight, and how many are. */
  state(): { limit: number, inFlight: Readonly<Record<Priority, number>> }
  stop(): void
}

interface ShedderSettings {
  /** Counts, and refuses nobody, when off. */
  enabled: boolean
  /** Requests that one process works at; a fifth of them may be other than buying. */
  maxInFlight: number
  /** How late the event loop may be on average, in ms. */
  targetDelayMs: number
}

const tickMs = 100
const ticksToRecover = 100
/** Two browsers' connections: below this nobody could see whether things are better. */
const leastLimit = 12
const shareOfOthers = 0.2

/** Of the limit, for one kind and all that are less important than it. */
const shares = { suggesting: 0.3, searching: 0.6, browsing: 1 } as const
/**
 * Answers that are being made at once, whatever the limit: each takes the processor, of which the process has one, so that
 * more of them would not be ready sooner but all of them later (Little's law). Who waits for one that is being made, or is
 * handed one that is kept, takes nothing.
 */
const mostMaking = { suggesting: 3, searching: 6, browsing: Infinity, buying: Infinity } as const

/**
 * The limit after one tick: a little more while the loop is on time, a part less for each tick that it is late. Additive
 * increase and multiplicative decrease let several processes that see the same load settle (Chiu and Jain 1989).
 */
export function nextLimit(limit: number, { delayMs, targetDelayMs, inFlight, ceiling }: { delayMs: number, targetDelayMs: number, inFlight: number, ceiling: number }): number {
  if (delayMs <= targetDelayMs) return Math.min(ceiling, limit + ceiling / ticksToRecover)
  // Those from before the last cut are still being answered: another cut would be for the same lateness.
  if (inFlight > limit) return limit
  return Math.max(Math.min(leastLimit, ceiling), limit * (1 - 0.3 * Math.min(1, (delayMs - targetDelayMs) / targetDelayMs)))
}

/** How late the event loop has been since the last look, on average in ms; null when it has not turned. Full use is no overload, a queue is. */
function loopDelay() {
  const resolution = 10
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return {
    readMs() {
      const { mean } = histogram
      histogram.reset()
      return Number.isNaN(mean) ? null : Math.max(0, mean / 1e6 - resolution)
    },
    stop() {
      histogram.disable()
    },
  }
}

export function createLoadShedder({ enabled, maxInFlight, targetDelayMs }: ShedderSettings, delay = loopDelay()): LoadShedder {
  const ceiling = maxInFlight * shareOfOthers
  const inFlight: Record<Priority, number> = { suggesting: 0, searching: 0, browsing: 0, buying: 0 }
  const making = { ...inFlight }
  let limit = ceiling
  const heldUpTo = (priority: keyof typeof shares) => inFlight.suggesting
    + (priority === 'suggesting' ? 0 : inFlight.searching)
    + (priority === 'browsing' ? inFlight.browsing : 0)
  const timer = setInterval(() => {
    const delayMs = delay.readMs()
    if (delayMs !== null) limit = nextLimit(limit, { delayMs, targetDelayMs, inFlight: heldUpTo('browsing'), ceiling })
  }, tickMs)
  timer.unref()

  /** Takes a place; answers what gives it back, once. */
  function take(places: Record<Priority, number>, priority: Priority): () => void {
    places[priority] += 1
    let over = false
    return () => {
      if (over) return
      over = true
      places[priority] -= 1
    }
  }
  const mayMake = (priority: Priority) => making[priority] < mostMaking[priority]
  const hasRoom = (priority: Priority) => priority === 'buying'
    ? inFlight.buying < maxInFlight
    : mayMake(priority) && heldUpTo(priority) < Math.max(1, Math.floor(limit * shares[priority])) && heldUpTo('browsing') < limit

  return {
    admit(priority) {
      return enabled && !hasRoom(priority) ? null : take(inFlight, priority)
    },
    beginMaking(priority) {
      return enabled && !mayMake(priority) ? null : take(making, priority)
    },
    state: () => ({ limit, inFlight: { ...inFlight } }),
    stop() {
      clearInterval(timer)
      delay.stop()
    },
  }
}
