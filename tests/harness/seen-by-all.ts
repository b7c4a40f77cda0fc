import type { Database } from '../../server/platform/db/database.ts'
import { until } from './shopper.ts'

/** Waits until the standby has what the primary has by now. */
export async function untilReplayed({ pools: { primary, replica } }: Pick<Database, 'pools'>): Promise<void> {
  if (!replica) return
  const { rows: [now] } = await primary.query<{ lsn: string }>('select pg_current_wal_flush_lsn() as lsn')
  const caughtUp = () => replica.query<{ is: boolean }>('select pg_last_wal_replay_lsn() >= $1::pg_lsn as is', [now!.lsn])
  await until(caughtUp, ({ rows: [there] }) => there!.is, { everyMs: 3 })
}

/**
 * A test's own door to the databases that ends a write when the standby has it, too: whoever asks the shop next has no token
 * of that write, and may be answered by the standby, a moment behind.
 */
export function seenByAll(database: Database): Database {
  return {
    ...database,
    get pools() {
      return database.pools
    },
    async write(work) {
      const written = await database.write(work)
      await untilReplayed(database)
      return written
    },
    async fresh(query) {
      const answer = await database.fresh(query)
      await untilReplayed(database)
      return answer
    },
  }
}
