import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../../server/platform/db/database.ts'
import { runMigrations } from '../../server/platform/db/migrate.ts'

export interface OwnDatabase { url: string, database: Database, drop(): Promise<void> }

/** An empty shop's database for one test file, on the server of the running shop and apart from it. */
export async function ownDatabase(): Promise<OwnDatabase> {
  const { primaryUrl } = inject('shop')
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = new URL(primaryUrl)
  url.pathname = `/${name}`
  await onServer(primaryUrl, `create database ${name}`)
  await runMigrations(url.href, fileURLToPath(new URL('../../drizzle', import.meta.url)))
  const database = openDatabase({ primaryUrl: url.href, poolMax: 4, replicaMaxLagMs: 0, name: 'test', statementTimeoutMs: 120_000, connectTimeoutMs: 20_000 })
  return {
    url: url.href,
    database,
    async drop() {
      await database.close()
      await onServer(primaryUrl, `drop database ${name} with (force)`)
    },
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  }
  finally {
    await client.end()
  }
}
