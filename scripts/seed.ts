// Fills an empty shop with its own range, the demo's two accounts and, where the stand-in for the payment gateway can be told of them, past
// orders; leaves what is there alone.
import { sql } from 'drizzle-orm'
import { createAccount } from '../server/auth/index.ts'
import { openDatabase } from '../server/platform/db/database.ts'
import { seedCatalogue } from '../server/products/index.ts'
import { seedPromotions } from '../server/promotions/index.ts'
import { seedReviews } from '../server/reviews/index.ts'

const { DATABASE_URL, DATABASE_READ_URL, DEMO_SHOPPER_EMAIL, DEMO_SHOPPER_PASSWORD, DEMO_ADMIN_EMAIL, DEMO_ADMIN_PASSWORD, PAST_ORDERS_AT, PUBLIC_URL = 'http://localhost:3000' } = process.env
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
  await database.fresh(seedPromotions)
  const added = await seedCatalogue(database)
  if (added > 0) await seedReviews(database)
  const past = PAST_ORDERS_AT ? await seedOrdersOnce(PAST_ORDERS_AT) : 0
  process.stdout.write(added > 0 ? `${added} products${past > 0 ? ` and ${past} past orders` : ''} added\n` : 'products are there already\n')
}
finally {
  await database.close()
}

/** Reads what plans them only for a shop without any: it stands on half of the server. */
async function seedOrdersOnce(sandboxUrl: string): Promise<number> {
  const { rows } = await database.fresh(db => db.execute(sql`select 1 from orders limit 1`))
  if (rows.length > 0) return 0
  const { seedPastOrders } = await import('./past-orders/seed-orders.ts')
  return seedPastOrders(database, { sandboxUrl, publicUrl: PUBLIC_URL, shopperEmail: DEMO_SHOPPER_EMAIL, adminEmail: DEMO_ADMIN_EMAIL })
}
