import type { Database } from '../../server/platform/db/database.ts'
import { gaugeShop } from '../../server/operations/index.ts'
import { gaugeOrders } from '../../server/orders/index.ts'
import { createMetrics } from '../../server/platform/telemetry/metrics.ts'
import { gaugeLoad, gaugeProcess, gaugeQueues, gaugeRedis } from '../../server/platform/telemetry/process-gauges.ts'
import { gaugeHolds } from '../../server/products/index.ts'

export interface KnownMetric { name: string, type: string }

/** Every metric that a web process or a worker tells, from the code that makes them; none of them is read. */
export async function knownMetrics(): Promise<KnownMetric[]> {
  const metrics = createMetrics({ version: '1', role: 'all', instance: 'one' })
  const away = async () => Promise.reject(new Error('nothing is connected here'))
  const database = { pools: { primary: null, replica: null }, replicaState: () => null, fresh: away, snapshot: away } as unknown as Database
  gaugeProcess(metrics, database)
  gaugeRedis(metrics, { cache: null, queue: null })
  gaugeQueues(metrics, [])
  gaugeLoad(metrics, { state: () => ({ limit: 1, inFlight: { suggesting: 0, searching: 0, browsing: 0, buying: 0 } }) })
  gaugeShop(metrics, database)
  gaugeOrders(metrics, database)
  gaugeHolds(metrics, database)
  return [...(await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name: name!, type: type! }))
}

/** A metric's name, and what Prometheus makes of a histogram. */
export const seriesOf = ({ name, type }: KnownMetric): string[] => (type === 'histogram' ? ['_bucket', '_sum', '_count'].map(part => name + part) : [name])

/** The series that an expression of PromQL asks for. */
export function seriesIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
  return [...bare.matchAll(/(?<![\w.])[a-z_:][\w:]*(?!\w*\s*\()/gi)].map(match => match[0])
    .filter(name => !/^(?:and|or|unless|bool|offset|by|without|sum|min|max|count|topk|avg|rate|increase|inf|nan)$/i.test(name))
}
