import type { ChangeFeed } from './cache/change-feed.ts'
import type { Flights } from './cache/flights.ts'
import type { HotAnswers } from './cache/hot-answers.ts'
import type { SharedCache } from './cache/shared-cache.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Queues } from './queue/queues.ts'
import type { RateLimiter } from './rate-limit/gcra.ts'
import type { Listener } from './realtime/listener.ts'
import type { LoadShedder } from './resilience/load-shedder.ts'
import type { Priority } from './resilience/priorities.ts'
import type { Log } from './telemetry/log.ts'
import type { Labels, Metrics } from './telemetry/metrics.ts'
import type { ServerTiming } from './telemetry/server-timing.ts'

/** What every domain stands on; made once per process by `server/plugins/compose.ts`. */
export interface Platform {
  config: Config
  database: Database
  queues: Queues
  listener: Listener
  limiter: RateLimiter
  shedder: LoadShedder
  countShed(labels: Labels): void
  lifecycle: Lifecycle
  log: Log
  metrics: Metrics
  cacheBackend: 'redis' | 'memory'
  changes: ChangeFeed
  flights: Flights
  hotAnswers: HotAnswers
  sharedCache: SharedCache
  pingCache(): Promise<void>
}

declare module 'h3' {
  interface H3EventContext {
    platform: Platform
    timing: ServerTiming
    requestId: string
    /** W3C Trace Context: the caller's trace, continued by us, or a new one. */
    traceparent: string
    /** What it is for, when it may be refused for load. */
    priority?: Priority
  }
}
