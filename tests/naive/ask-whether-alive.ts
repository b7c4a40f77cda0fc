import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'

/** All that a health check asks: whether somebody answers. Names what it found broken. */
export async function askWhetherAlive(database: Pick<Database, 'fresh'>): Promise<string[]> {
  return database.fresh(db => db.execute(sql`select 1`)).then(() => [], () => ['database'])
}
