import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'
import { shopTimes } from '../../server/platform/db/shop-day.ts'
import { findVariants } from '../../server/products/index.ts'
import { planOrders } from './plan-orders.ts'
import { tellSandbox } from './tell-outside.ts'
import { writeOrders } from './write-orders.ts'

interface PastSettings {
  /** Where the stand-ins for the gateway and the carrier are; the shop has no other. */
  sandboxUrl: string
  publicUrl: string
  shopperEmail?: string
  adminEmail?: string
}

/**
 * Gives a demo a past: thirty days of orders, at the gateway and the carrier too. A shop that has had an order gets none.
 * @returns how many
 */
export async function seedPastOrders(database: Pick<Database, 'fresh' | 'write'>, { sandboxUrl, publicUrl, shopperEmail, adminEmail }: PastSettings): Promise<number> {
  const { rows: skus } = await database.fresh(db => db.execute<{ id: string }>(sql`select id from variants where not retired order by sku`))
  const places = new Map(skus.map(({ id }, place) => [id, place]))
  const variants = (await database.fresh(db => findVariants(db, [...places.keys()]))).toSorted((a, b) => places.get(a.variantId)! - places.get(b.variantId)!)
  if (variants.length === 0) return 0
  const { now, today } = await database.fresh(db => shopTimes(db))
  const { rows: accounts } = await database.fresh(db => db.execute<{ id: string, email: string }>(sql`select id, email from users where email in (${shopperEmail ?? ''}, ${adminEmail ?? ''})`))
  const account = (email?: string) => accounts.find(one => one.email === email)
  const shopper = account(shopperEmail)

  const { result } = await database.write(async (tx) => {
    // Two that start at once take turns, and the second finds the first one's.
    await tx.execute(sql`lock table orders in share row exclusive mode`)
    const { rows: before } = await tx.execute(sql`select 1 from orders limit 1`)
    if (before.length > 0) return 0
    const orders = planOrders({ now: new Date(now), today: new Date(today), variants, demoShopper: shopper ? { ownerId: shopper.id, email: shopper.email } : null })
    await writeOrders(tx, orders, { publicUrl, adminId: account(adminEmail)?.id ?? null, tellOutside: past => tellSandbox(sandboxUrl, past) })
    return orders.length
  })
  return result
}
