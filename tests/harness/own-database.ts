import { openDatabase, type Database } from '../../server/platform/db/database.ts'
import { newDatabase } from './cluster.ts'

export interface OwnDatabase { url: string, database: Database, drop(): Promise<void> }

/** An empty shop's database for one test file, apart from that of the running shop. */
export async function ownDatabase(): Promise<OwnDatabase> {
  const { primaryUrl, drop } = await newDatabase('empty')
  const database = openDatabase({ primaryUrl, poolMax: 4, replicaMaxLagMs: 0, name: 'test', statementTimeoutMs: 120_000, connectTimeoutMs: 20_000 })
  return {
    url: primaryUrl,
    database,
    async drop() {
      await database.close()
      await drop()
    },
  }
}
