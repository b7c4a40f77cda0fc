import { eq } from 'drizzle-orm'
import { orderEvents, orders } from '../../server/orders/db/tables.ts'
import type { Transaction } from '../../server/platform/db/connect.ts'
import type { OrderStatus } from '../../shared/schemas/orders.ts'

/** Writes whatever status the news bring. */
export async function setStatus(tx: Transaction, orderId: string, status: OrderStatus): Promise<void> {
  await tx.update(orders).set({ status }).where(eq(orders.id, orderId))
  await tx.insert(orderEvents).values({ orderId, type: `order.${status}`, status, cause: 'naive' })
}
