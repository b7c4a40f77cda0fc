import type pg from 'pg'
import { type Database, openDatabase } from '../../server/platform/db/database.ts'
import type { Transaction } from '../../server/platform/db/connect.ts'
import { atRacePoint, type RacePoint } from '../../server/platform/race-points.ts'
import type { OwnShop } from './own-shop.ts'
import { until } from './shopper.ts'

/** The rival acts the first time that the moment comes, and only then: it may come through the same code itself. */
export function onceAt(point: RacePoint, rival: () => Promise<unknown>): { acted: () => boolean, cancel: () => void } {
  let acted = false
  const cancel = atRacePoint(point, async () => {
    cancel()
    acted = true
    await rival()
  })
  return { acted: () => acted, cancel }
}

/**
 * Runs `work` in a process that dies the first time that the moment comes: it goes no further, sees no error, and the
 * database ends its connections. Answers false when the work was done before the moment came.
 */
export async function dyingAt(shop: Pick<OwnShop, 'primaryUrl' | 'rival'>, point: RacePoint, work: (mortal: Database) => Promise<unknown>): Promise<boolean> {
  const name = `mortal-${crypto.randomUUID().slice(0, 8)}`
  const mortal = openDatabase({ primaryUrl: shop.primaryUrl, poolMax: 4, replicaMaxLagMs: 0, name, statementTimeoutMs: 20_000, connectTimeoutMs: 20_000 })
  mortal.pools.primary.on('connect', client => void client.on('error', () => {}))
  let die: (died: boolean) => void
  const death = new Promise<boolean>(resolve => (die = resolve))
  const moment = onceAt(point, () => {
    die(true)
    return new Promise(() => {})
  })
  const died = await Promise.race([death, work(mortal).then(() => false)])
  moment.cancel()
  if (!died) await mortal.close()
  await shop.rival.pools.primary.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name like $1', [`${name}%`])
  return died
}

/** Resolves when `count` connections of this name wait for somebody's lock. */
export const untilBlocked = (pool: pg.Pool, name: string, count = 1) => until(
  async () => (await pool.query<{ count: number }>(`select count(*)::int as count from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock' and datname = current_database()`, [name])).rows[0]!.count,
  waiting => waiting >= count,
  { everyMs: 10, withinMs: 8_000 },
)

/**
 * Runs two transactions so that they overlap as far as locks let them: each has done its work before either commits,
 * unless one must wait for the other. Answers what became of each.
 */
export async function overlapping<T>(database: Pick<Database, 'write'>, watch: { pool: pg.Pool, name: string }, works: [(tx: Transaction) => Promise<T>, (tx: Transaction) => Promise<T>]): Promise<PromiseSettledResult<T>[]> {
  let arrived = 0
  let bothIn: () => void
  const both = new Promise<void>(resolve => (bothIn = resolve))
  const meet = () => {
    if (++arrived === 2) bothIn()
    return Promise.race([both, untilBlocked(watch.pool, watch.name)])
  }
  return Promise.allSettled(works.map(work => database.write(async (tx) => {
    try {
      return await work(tx)
    }
    finally {
      await meet()
    }
  }).then(({ result }) => result)))
}
