import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { test } from 'vitest'
import { startPostgresCluster } from '../../scripts/launch/postgres.ts'
import { serverAt } from '../../scripts/ops/database-server.ts'
import { promote } from '../../scripts/ops/promote.ts'
import type { DatabaseSettings } from '../../server/platform/db/connect.ts'
import { type Database, openDatabase } from '../../server/platform/db/database.ts'
import { proof } from '../harness/proof.ts'
import { until } from '../harness/shopper.ts'
import { keepFirstPrimary } from '../naive/keep-first-primary.ts'

type Open = (settings: DatabaseSettings) => Database

test('without asking who the primary is, a process writes to the old one when that comes back', () => proof<Open>({
  pattern: 'failover',
  claim: 'After a promotion every write that is answered is on the new primary, also when the old one is back.',
  real: openDatabase,
  naive: keepFirstPrimary,
  async check(open) {
    const dataDir = await mkdtemp(join(tmpdir(), 'failover-'))
    const cluster = await startPostgresCluster({ dataDir, replica: true, settings: { fsync: 'off' } })
    const database = open({ primaryUrl: cluster.primaryUrl, replicaUrl: cluster.replicaUrl!, poolMax: 2, replicaMaxLagMs: 10_000, name: 'test' })
    try {
      const write = (n: number) => database.write(tx => tx.execute(sql`insert into written values (${n})`))
      await database.fresh(db => db.execute(sql`create table written (n int)`))
      await write(0)
      const [old, standby] = (['primary', 'replica'] as const).map(name => serverAt({ name, adminUrl: cluster[name]!.adminUrl, fence: () => cluster[name]!.kill() }))
      const rowsOn = async (server: typeof old) => (await server!.query('select n from written where n > 0')).length
      await until(async () => standby!.query('select n from written').catch(() => []), rows => rows.length === 1)
      await promote([old!, standby!], { yes: true })
      await cluster.primary.start()
      const writes = 20
      // Also one that was open during the promotion is refused until it has noticed; then it is answered.
      for (let n = 1; n <= writes; n++) await until(() => write(n).then(() => true, () => false), Boolean, { withinMs: 10_000 })
      return { 'violations': writes - await rowsOn(standby), writes, 'on the old primary': await rowsOn(old) }
    }
    finally {
      await database.close()
      await cluster.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}), 90_000)
