import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Address } from '../../../shared/schemas/orders.ts'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import { erasedEmail, erasedText } from '../../platform/personal-data.ts'
import { checkouts, idempotencyKeys, orderEvents, orderNotes, orders, returns } from './tables.ts'

/** The orders of an account. */
export const listOrderIds = async (db: Reader | Executor, ownerId: string): Promise<string[]> =>
  (await db.select({ id: orders.id }).from(orders).where(eq(orders.ownerId, ownerId))).map(row => row.id)

/** Where an order's news go, held until the end of the transaction so that nobody erases it meanwhile; nothing for an order that is not there. */
export async function holdOrderOwner(tx: Transaction, orderId: string): Promise<string | undefined> {
  const [row] = await tx.select({ email: orders.email }).from(orders).where(eq(orders.id, orderId)).for('share')
  return row?.email
}

/**
 * Everything of an account that could become or change an order, held until the end of the transaction. The checkouts
 * come first: an order that is being placed holds its own, so that we wait for it and then see it, or it finds the owner gone.
 */
export async function lockOrdersOf(tx: Transaction, ownerId: string) {
  const open = await tx.select({ id: checkouts.id, status: checkouts.status }).from(checkouts).where(eq(checkouts.ownerId, ownerId)).orderBy(asc(checkouts.id)).for('update')
  const rows = await tx.select().from(orders).where(eq(orders.ownerId, ownerId)).orderBy(asc(orders.id)).for('update')
  return { openCheckouts: open.filter(one => one.status === 'open').map(one => one.id), rows }
}

/** Of these orders, the ones with a return that nobody has closed. */
export async function listWithOpenReturns(tx: Transaction, orderIds: readonly string[]): Promise<string[]> {
  if (orderIds.length === 0) return []
  return (await tx.select({ id: returns.orderId }).from(returns).where(and(inArray(returns.orderId, [...orderIds]), eq(returns.status, 'requested')))).map(row => row.id)
}

/** An address of which only the country is left, which the tax hangs on. */
export const erasedAddress = ({ country }: Address): Address => ({ name: erasedText, line1: erasedText, city: erasedText, postcode: erasedText, country })

/** Takes the person out of an order. Numbers, things, money and country stay; nobody's link or account opens it any more. */
export async function anonymiseOrder(tx: Transaction, { id, address }: { id: string, address: Address }): Promise<void> {
  await tx.update(orders).set({ ownerId: sql`gen_random_uuid()`, accessToken: '', email: erasedEmail, address: erasedAddress(address), trackingNumber: null }).where(eq(orders.id, id))
  await tx.delete(orderNotes).where(eq(orderNotes.orderId, id))
  await tx.update(returns).set({ reason: erasedText }).where(eq(returns.orderId, id))
  await tx.update(orderEvents).set({ cause: erasedText }).where(and(eq(orderEvents.orderId, id), inArray(orderEvents.type, ['order.return-rejected', 'order.partly-refunded'])))
}

/** What is no order and never will be: prices of a day, and answers that are kept for retries. */
export async function forgetTries(tx: Transaction, ownerId: string): Promise<void> {
  await tx.update(checkouts).set({ ownerId: sql`gen_random_uuid()` }).where(eq(checkouts.ownerId, ownerId))
  await tx.delete(idempotencyKeys).where(eq(idempotencyKeys.ownerId, ownerId))
}
