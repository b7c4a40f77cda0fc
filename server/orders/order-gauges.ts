import { count } from 'drizzle-orm'
import type { Database } from '../platform/db/database.ts'
import type { Metrics, Sample } from '../platform/telemetry/metrics.ts'
import { orderStatuses } from '../../shared/schemas/orders.ts'
import { orders } from './db/tables.ts'

/** Counting all of them reads the whole table: once a minute is often enough for a curve. */
const countedForMs = 60_000

/** How many orders are in each state, counted on the replica where there is one. */
export function gaugeOrders(metrics: Metrics, database: Pick<Database, 'snapshot'>): void {
  let counted: { at: number, samples: Promise<Sample[]> } | null = null
  async function look(): Promise<Sample[]> {
    const rows = await database.snapshot(db => db.select({ status: orders.status, orders: count() }).from(orders).groupBy(orders.status))
    const found = new Map(rows.map(row => [row.status, row.orders]))
    return orderStatuses.map(status => ({ labels: { status }, value: found.get(status) ?? 0 }))
  }
  metrics.gauge('orders', 'Orders by state, as counted within the last minute.', ['status'], () => {
    if (!counted || performance.now() - counted.at > countedForMs) {
      const samples = look()
      counted = { at: performance.now(), samples }
      samples.catch(() => {
        counted = null
      })
    }
    return counted.samples
  })
}
