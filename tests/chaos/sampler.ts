/** Looks at the stock again and again while everything breaks: one statement is one snapshot. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

export interface Samples { taken: number, broken: number, evidence: string[] }

const snapshot = `
  select
    (select count(*)::int from stock where received <> on_hand + reserved + sold - restocked or least(on_hand, reserved, sold, restocked) < 0) as unbalanced,
    (select count(*)::int from stock s where reserved <> (
      select coalesce(sum(l.quantity), 0) from stock_hold_lines l join stock_holds h on h.id = l.hold_id
      where l.variant_id = s.variant_id and h.status in ('active', 'claimed'))) as unheld,
    (select count(*)::int from stock s where sold <> (
      select coalesce(sum(m.quantity), 0) from stock_movements m where m.variant_id = s.variant_id and m.kind = 'sold')) as unsold,
    (select count(*)::int from orders o where status <> (select status from order_events where order_id = o.id order by id desc limit 1)) as torn`

/** Samples about five times a second, as far as the primary answers, until it is told to stop. */
export function startSampler(primaryUrl: string): { taken(): number, stop(): Promise<Samples> } {
  const samples: Samples = { taken: 0, broken: 0, evidence: [] }
  let running = true
  const work = (async () => {
    while (running) {
      const client = new pg.Client({ connectionString: primaryUrl, connectionTimeoutMillis: 1_000, query_timeout: 2_000, application_name: 'sampler' })
      client.on('error', () => {})
      try {
        await client.connect()
        while (running) {
          const { rows: [row] } = await client.query<Record<string, number>>(snapshot)
          samples.taken += 1
          if (Object.values(row!).some(count => count > 0)) {
            samples.broken += 1
            samples.evidence.push(JSON.stringify(row))
          }
          await pause(200)
        }
      }
      catch {
        await pause(200)
      }
      finally {
        client.end().catch(() => {})
      }
    }
  })()
  return {
    taken: () => samples.taken,
    async stop() {
      running = false
      await work
      return samples
    },
  }
}
