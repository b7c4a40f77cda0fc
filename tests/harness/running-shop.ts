import { sql } from 'drizzle-orm'
import { inject } from 'vitest'
import { auditLog } from '../../server/platform/audit/tables.ts'
import { openDatabase } from '../../server/platform/db/database.ts'
import { seenByAll, untilReplayed } from './seen-by-all.ts'
import { type Maybe, TestShopper, until } from './shopper.ts'
import type { ShopAddresses } from './stack.ts'
import type { Order, OrderStatus } from '../../shared/schemas/orders.ts'

export interface LedgerEntry { intent: string, orderId: string, status: string, capturedMinor: number, refundedMinor: number, heldMinor: number, netMinor: number }

/** The shop that the project's setup started, or another, with the test's own doors to it. Close it when the file is done. */
export function runningShop(shop: ShopAddresses = inject('shop')) {
  const database = seenByAll(openDatabase({ primaryUrl: shop.primaryUrl, replicaUrl: shop.replicaUrl, poolMax: 4, replicaMaxLagMs: 10_000, name: 'test', statementTimeoutMs: 30_000, connectTimeoutMs: 20_000 }))
  return {
    ...shop,
    database,
    /** Waits until one person's writes are what everybody reads; their own they see at once. */
    settled: () => untilReplayed(database),
    shopper: () => new TestShopper(shop.url),
    /** A new, logged-in account that the replica has, too. */
    async registered({ email = `ada-${crypto.randomUUID()}@example.com`, password = 'correct horse battery' } = {}) {
      const shopper = new TestShopper(shop.url)
      await shopper.request('POST', '/api/auth/register', { email, password, name: 'Ada Byron' })
      await untilReplayed(database)
      return shopper
    },
    /** A new, logged-in admin. */
    async admin() {
      const admin = new TestShopper(shop.url)
      const email = `admin-${crypto.randomUUID()}@example.com`
      await admin.request('POST', '/api/auth/register', { email, password: 'a long password', name: 'Ada' })
      await database.fresh(db => db.execute(sql`update users set role = 'admin' where email = ${email}`))
      return admin
    },
    /** The audit log's entries in whose detail this fact stands, oldest first. */
    auditedWith: (name: string, value: string) => database.fresh(db => db.select().from(auditLog).where(sql`${auditLog.detail} ->> ${name}::text = ${value}`).orderBy(auditLog.id)),
    /** The gateway's own books about one order. */
    async ledger(orderId: string): Promise<LedgerEntry[]> {
      const response = await fetch(`${shop.sandboxUrl}/ledger?orderId=${orderId}`)
      return (await response.json() as { intents: LedgerEntry[] }).intents
    },
    faults: (service: string, knobs: object) => fetch(`${shop.sandboxUrl}/faults/${service}`, { method: 'PUT', body: JSON.stringify(knobs) }),
    untilStatus: (shopper: TestShopper, orderId: string, status: OrderStatus) =>
      until(() => shopper.get<Maybe<Order>>(`/api/orders/${orderId}`), answer => answer.body.status === status),
    close: () => database.close(),
  }
}
