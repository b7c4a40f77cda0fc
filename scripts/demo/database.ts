import { join } from 'node:path'
import pg from 'pg'
import type { Lifecycle } from '../launch/lifecycle.ts'
import { startPostgresCluster } from '../launch/postgres.ts'
import { dataDir } from '../launch/project.ts'

/** A part of the stack: what the app must know of it, and what a person should. */
export interface Part {
  env: Record<string, string>
  about: string
}

/** DATABASE_URL when it is set, else a primary and a hot standby of our own. */
export async function startDatabase({ onStop, onDeath }: Lifecycle, say: (line: string) => void): Promise<Part> {
  const { DATABASE_URL, DATABASE_READ_URL } = process.env
  if (DATABASE_URL) {
    await check('DATABASE_URL', DATABASE_URL)
    if (!DATABASE_READ_URL) return { env: { DATABASE_URL }, about: 'yours, from DATABASE_URL; no replica' }
    await check('DATABASE_READ_URL', DATABASE_READ_URL)
    return { env: { DATABASE_URL, DATABASE_READ_URL }, about: 'yours, from DATABASE_URL and DATABASE_READ_URL' }
  }
  const cluster = await startPostgresCluster({
    dataDir: join(dataDir, 'postgres'),
    replica: true,
    log: line => say(`    ${line}`),
    onDeath,
  })
  onStop(cluster.stop)
  return {
    env: { DATABASE_URL: cluster.primaryUrl, DATABASE_READ_URL: cluster.replicaUrl ?? cluster.primaryUrl },
    about: 'embedded: a primary and a streaming hot standby',
  }
}

async function check(variable: string, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
  }
  catch (error) {
    throw new Error(`${variable} is set, but no Postgres answers there: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
  finally {
    await client.end().catch(() => {})
  }
}
