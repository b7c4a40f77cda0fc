/** What a fault may leave behind though every order is right: connections, waiting queries, memory. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Stack } from '../harness/stack.ts'
import type { Fleet } from './fleet.ts'

const poolMax = 10
/** Beside its pool, a process holds one connection that listens and one that samples the replica. */
const perProcess = poolMax + 2
/** A fresh process compiles, caches and fills its pools; what it takes beyond that is a leak. */
const growthMb = 160

/** What is above its bound, by name. */
async function excess(stack: Stack, fleet: Fleet, before: Record<string, number>): Promise<string[]> {
  const found: string[] = []
  const most = fleet.places.length * perProcess
  for (const [name, url] of [['primary', stack.cluster.primaryUrl], ['replica', stack.cluster.replicaUrl!]] as const) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    await client.connect()
    const { rows } = await client.query<{ application: string, connections: number, idle_in_transaction: number }>(`
      select application_name as application, count(*)::int as connections, (count(*) filter (where state like 'idle in transaction%' and state_change < clock_timestamp() - interval '2 seconds'))::int as idle_in_transaction
      from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name ~ '^(web|worker|listener)' group by 1`)
    await client.end()
    const total = rows.reduce((sum, row) => sum + row.connections, 0)
    if (total > most) found.push(`${name}: ${total} connections, at most ${most}`)
    for (const row of rows) {
      const bound = row.application === 'listener' ? fleet.places.length : poolMax
      if (row.connections > bound) found.push(`${name}: ${row.connections} connections of ${row.application}, at most ${bound}`)
      if (row.idle_in_transaction > 0) found.push(`${name}: ${row.idle_in_transaction} transactions of ${row.application} left open`)
    }
  }
  for (const [place, megabytes] of Object.entries(fleet.memory())) {
    if (!(megabytes <= before[place]! + growthMb)) found.push(`${place}: ${megabytes} MB, ${before[place]} MB at the start`)
  }
  return found
}

/** Asks until everything is within its bounds or `withinMs` is over; answers what still is not. */
export async function untilWithinBounds(stack: Stack, fleet: Fleet, before: Record<string, number>, withinMs: number): Promise<string[]> {
  for (const until = performance.now() + withinMs; ;) {
    const found = await excess(stack, fleet, before)
    if (found.length === 0 || performance.now() > until) return found
    await pause(500)
  }
}
