import { fileURLToPath } from 'node:url'
import { runMigrations } from '../server/platform/db/migrate.ts'

const databaseUrl = process.env.DATABASE_URL
if (!databaseUrl) {
  process.stderr.write('DATABASE_URL: expected the URL of the primary database\n')
  process.exit(78)
}
await runMigrations(databaseUrl, fileURLToPath(new URL('../drizzle', import.meta.url)))
