import { asc, eq } from 'drizzle-orm'
import type { OrderNote } from '../../../shared/schemas/desk.ts'
import type { Transaction } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { notFound } from '../../platform/http/app-error.ts'
import { orderNotes, orders } from '../db/tables.ts'

const view = ({ id, author, body, at }: typeof orderNotes.$inferSelect): OrderNote => ({ id, author, body, at: at.toISOString() })

/** What has been noted about an order, oldest first. For those who run the shop alone: no shopper's view reads it. */
export const listNotes = async (db: Reader, orderId: string): Promise<OrderNote[]> =>
  (await db.select().from(orderNotes).where(eq(orderNotes.orderId, orderId)).orderBy(asc(orderNotes.at), asc(orderNotes.id))).map(view)

/** @throws {AppError} 404 */
export async function addNote(tx: Transaction, orderId: string, { body, by }: { body: string, by: { id: string, name: string } }): Promise<OrderNote> {
  const [order] = await tx.select({ id: orders.id }).from(orders).where(eq(orders.id, orderId))
  if (!order) throw notFound('order')
  const [row] = await tx.insert(orderNotes).values({ orderId, body, authorId: by.id, author: by.name }).returning()
  return view(row!)
}
