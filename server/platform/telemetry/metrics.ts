import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Labels = Record<string, string>
export interface Sample { labels?: Labels, value: number }

export interface Metrics {
  /** Counts one answer. `route` is the pattern that matched, never a path, of which there are endlessly many. */
  countRequest(request: { method: string, route: string, status: number, durationMs: number | null }): void
  /** Counts one public answer: of which row of the cache, and which layer had it. */
  countCacheAnswer(row: string, layer: string): void
  /** Counts one decision of the limiter; `degraded` when it was made without the shared count. */
  countLimitDecision(decision: { policy: string, allowed: boolean, degraded: boolean }): void
  /** Makes a counter; the answer counts one. */
  counter(name: string, help: string, labelNames: readonly string[]): (labels: Labels) => void
  /** Reads a gauge anew at each scrape. One that cannot be read is left out, so that the rest is still told. */
  gauge(name: string, help: string, labelNames: readonly string[], read: () => readonly Sample[] | Promise<readonly Sample[]>): void
  /** The whole in Prometheus' text format. */
  text(): Promise<string>
  contentType: string
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** Longer than a healthy database takes, and far shorter than a scrape's own patience. */
const readWithinMs = 2_000

/** A registry of this process' own: what it is, what it costs, and what it answered. */
export function createMetrics({ version, role, instance }: { version: string, role: string, instance: string }): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  new Gauge({ name: 'build_info', help: 'Which version runs here, and as what.', labelNames: ['version', 'role', 'instance'], registers }).set({ version, role, instance }, 1)
  const requests = new Counter({ name: 'http_requests_total', help: 'Answers by route pattern, method and class of status.', labelNames: ['route', 'method', 'status'], registers })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the request to the end of its answer; streams are not counted.',
    labelNames: ['route', 'method', 'status'],
    // With the bounds of the service levels among them: a share is then counted and not guessed.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 2.5, 5, 10],
    registers,
  })
  // Looking a series up by its labels costs more than counting in it.
  const children = new Map<string, { count: Counter.Internal, measure: Histogram.Internal<string> }>()
  function childOf(labels: { route: string, method: string, status: string }) {
    const name = `${labels.method} ${labels.status} ${labels.route}`
    const known = children.get(name) ?? { count: requests.labels(labels), measure: durations.labels(labels) }
    children.set(name, known)
    return known
  }
  const cacheAnswers = new Counter({ name: 'cache_answers_total', help: 'Public answers by what they are and the layer that had them.', labelNames: ['row', 'layer'], registers })
  const limitDecisions = new Counter({ name: 'rate_limit_decisions_total', help: 'Decisions of the limiter; degraded are those made without the shared count.', labelNames: ['policy', 'decision', 'degraded'], registers })
  const failures = new Counter({ name: 'metrics_unread_total', help: 'Gauges that could not be read at a scrape.', labelNames: ['metric'], registers })

  return {
    countRequest({ method, route, status, durationMs }) {
      const { count, measure } = childOf({ route, method: methods.has(method) ? method : 'other', status: `${Math.floor(status / 100)}xx` })
      count.inc()
      if (durationMs !== null) measure.observe(durationMs / 1_000)
    },
    countCacheAnswer: (row, layer) => cacheAnswers.inc({ row, layer }),
    countLimitDecision: ({ policy, allowed, degraded }) => limitDecisions.inc({ policy, decision: allowed ? 'allowed' : 'limited', degraded: String(degraded) }),
    counter(name, help, labelNames) {
      const counter = new Counter({ name, help, labelNames: [...labelNames], registers })
      return labels => counter.inc(labels)
    },
    gauge(name, help, labelNames, read) {
      new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers,
        async collect() {
          const samples = await withinTime(Promise.resolve().then(read)).catch(() => {
            failures.inc({ metric: name })
            return []
          })
          this.reset()
          // A gauge without labels is a zero after that, which would be a claim.
          if (labelNames.length === 0) this.remove()
          for (const { labels = {}, value } of samples) this.set(labels, value)
        },
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

async function withinTime<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not read within ${readWithinMs} ms`)), readWithinMs)
  })
  try {
    return await Promise.race([reading, late])
  }
  finally {
    clearTimeout(timer)
  }
}
