// Fills an empty shop with its own range and the demo's two accounts; leaves a shop that has products alone.
import { createAccount } from '../server/auth/index.ts'
import { openDatabase } from '../server/platform/db/database.ts'
import { seedCatalogue } from '../server/products/index.ts'

const { DATABASE_URL, DATABASE_READ_URL, DEMO_SHOPPER_EMAIL, DEMO_SHOPPER_PASSWORD, DEMO_ADMIN_EMAIL, DEMO_ADMIN_PASSWORD } = process.env
if (!DATABASE_URL) {
  process.stderr.write('DATABASE_URL: expected the URL of the primary database\n')
  process.exit(78)
}

const accounts = [
  { email: DEMO_SHOPPER_EMAIL, password: DEMO_SHOPPER_PASSWORD, name: 'Demo Shopper', role: 'shopper' as const },
  { email: DEMO_ADMIN_EMAIL, password: DEMO_ADMIN_PASSWORD, name: 'Demo Admin', role: 'admin' as const },
]
const database = openDatabase({ primaryUrl: DATABASE_URL, replicaUrl: DATABASE_READ_URL || undefined, poolMax: 4, replicaMaxLagMs: 10_000, name: 'seed', statementTimeoutMs: 60_000 })
try {
  for (const { email, password, ...account } of accounts) {
    if (email && password) await database.fresh(db => createAccount(db, { ...account, email, password }))
  }
  const added = await seedCatalogue(database)
  process.stdout.write(added > 0 ? `${added} products added\n` : 'products are there already\n')
}
finally {
  await database.close()
}
