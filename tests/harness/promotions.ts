import { promotions } from '../../server/promotions/db/tables.ts'
import type { Database } from '../../server/platform/db/database.ts'

type Row = typeof promotions.$inferSelect

/** A code of a name that no other test has: 10% off unless told otherwise. */
export async function addPromotion(database: Pick<Database, 'fresh'>, values: Partial<typeof promotions.$inferInsert> = {}): Promise<Row> {
  const [row] = await database.fresh(db => db.insert(promotions).values({ code: `T-${crypto.randomUUID().slice(0, 8).toUpperCase()}`, kind: 'percentage', value: 10, ...values }).returning())
  return row!
}
