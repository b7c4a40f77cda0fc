import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { dataDir } from '../launch/project.ts'

const startFirst = 'The shop\'s database is not running. Start the demo with "npm run demo" and leave it running, or set DATABASE_URL.'

/**
 * DATABASE_URL, else the database of the demo, which keeps its port and password in .data.
 * @throws with what to do when nothing answers there, or its tables are not made yet
 */
export async function findDatabase(): Promise<string> {
  const url = process.env.DATABASE_URL || demoDatabase()
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ made: boolean }>('select to_regclass(\'products\') is not null as made')
    if (!rows[0]?.made) throw new Error('The database has no tables yet. Start the shop once, or run "node scripts/migrate.ts".')
    return url
  }
  catch (error) {
    const message = error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error)
    if (message.startsWith('The database has no tables')) throw error
    throw new Error(process.env.DATABASE_URL ? `No Postgres answers at DATABASE_URL: ${message}` : startFirst, { cause: error })
  }
  finally {
    await client.end().catch(() => {})
  }
}

function demoDatabase(): string {
  try {
    const { primaryPort, shopPassword } = JSON.parse(readFileSync(join(dataDir, 'postgres/cluster.json'), 'utf8')) as { primaryPort: number, shopPassword: string }
    return `postgres://shop:${shopPassword}@127.0.0.1:${primaryPort}/shop`
  }
  catch (error) {
    throw new Error(startFirst, { cause: error })
  }
}
