import { fileURLToPath } from 'node:url'
import { runMigrations } from '../server/platform/db/migrate.ts'
import { findPrimary } from '../server/platform/db/primary-watch.ts'

const { DATABASE_URL, DATABASE_READ_URL } = process.env
if (!DATABASE_URL) {
  process.stderr.write('DATABASE_URL: expected the URL of the primary database\n')
  process.exit(78)
}
// After a promotion the other one is the primary, whatever their variables are called.
const primaryUrl = await findPrimary([DATABASE_URL, ...(DATABASE_READ_URL ? [DATABASE_READ_URL] : [])])
await runMigrations(primaryUrl, fileURLToPath(new URL('../drizzle', import.meta.url)))
