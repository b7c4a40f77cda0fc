import { sql } from 'drizzle-orm'
import type { Database } from '../platform/db/database.ts'
import type { Metrics } from '../platform/telemetry/metrics.ts'

/** How many checkouts hold stock, and how many of them should have let go of it. */
export function gaugeHolds(metrics: Metrics, database: Pick<Database, 'fresh'>): void {
  metrics.gauge('stock_holds', 'Holds of stock: running, and past their end but not swept.', ['state'], async () => {
    const { rows: [row] } = await database.fresh(db => db.execute<{ running: number, overdue: number }>(sql`
      select count(*) filter (where expires_at > clock_timestamp())::int as running, count(*) filter (where expires_at <= clock_timestamp())::int as overdue
      from stock_holds where status = 'active'`))
    return [{ labels: { state: 'running' }, value: row!.running }, { labels: { state: 'overdue' }, value: row!.overdue }]
  })
}
