import type { Database } from '../../server/platform/db/database.ts'
import { until } from './shopper.ts'

/**
 * A test's own door to the databases that ends a write when the standby has it, too: whoever asks the shop next has no token
 * of that write, and may be answered by the standby, a moment behind.
 */
export function seenByAll(database: Database): Database {
  async function replayed() {
    const { primary, replica } = database.pools
    if (!replica) return
    const { rows: [now] } = await primary.query<{ lsn: string }>('select pg_current_wal_flush_lsn() as lsn')
    const caughtUp = () => replica.query<{ is: boolean }>('select pg_last_wal_replay_lsn() >= $1::pg_lsn as is', [now!.lsn])
    await until(caughtUp, ({ rows: [there] }) => there!.is, { everyMs: 3 })
  }
  return {
    ...database,
    get pools() {
      return database.pools
    },
    async write(work) {
      const written = await database.write(work)
      await replayed()
      return written
    },
    async fresh(query) {
      const answer = await database.fresh(query)
      await replayed()
      return answer
    },
  }
}
