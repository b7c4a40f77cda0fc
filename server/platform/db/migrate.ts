import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'

/** Any constant will do; it only has to be the same in every instance. */
const migrationLock = 7_203_114

/**
 * Brings the schema up to date. Many instances may start at once: an advisory lock lets one migrate while
 * the others wait, and then find nothing to do.
 */
export async function runMigrations(databaseUrl: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await migrate(drizzle(client), { migrationsFolder: folder })
  }
  finally {
    // Ending the session gives the lock back.
    await client.end()
  }
}
