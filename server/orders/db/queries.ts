import { and, asc, desc, eq, gt, inArray, lt, or, sql } from 'drizzle-orm'
import type { Order, OrderEventView, OrderSummary, SoldLine } from '../../../shared/schemas/orders.ts'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { Position } from '../../platform/http/cursor.ts'
import { databaseNow } from '../../platform/db/clock.ts'
import { delaysOf, expectedDays } from '../order-delays.ts'
import { isCancellable } from '../order-states.ts'
import { viewReturns } from './return-queries.ts'
import { checkouts, idempotencyKeys, orderEvents, orderLines, orders } from './tables.ts'

export type OrderRow = typeof orders.$inferSelect
export type CheckoutRow = typeof checkouts.$inferSelect

export async function lockOpenCheckout(tx: Transaction, ownerId: string) {
  return tx.select({ id: checkouts.id }).from(checkouts).where(and(eq(checkouts.ownerId, ownerId), eq(checkouts.status, 'open'))).orderBy(asc(checkouts.id)).for('update')
}

export const setCheckoutStatus = (tx: Transaction, id: string, status: CheckoutRow['status']) => tx.update(checkouts).set({ status }).where(eq(checkouts.id, id))

/** How many of each variant an owner's open checkouts keep aside, also past their time until the sweep. */
export async function heldByOwner(db: Reader | Executor, ownerId: string): Promise<Map<string, number>> {
  const rows = await db.select({ lines: checkouts.lines }).from(checkouts).where(and(eq(checkouts.ownerId, ownerId), eq(checkouts.status, 'open')))
  const held = new Map<string, number>()
  for (const { variantId, quantity } of rows.flatMap(row => row.lines)) held.set(variantId, (held.get(variantId) ?? 0) + quantity)
  return held
}

export async function findCheckout(db: Reader, ownerId: string, id: string) {
  const [row] = await db.select({ checkout: checkouts, now: sql<string>`clock_timestamp()`, expired: sql<boolean>`${checkouts.expiresAt} <= clock_timestamp()` })
    .from(checkouts).where(and(eq(checkouts.id, id), eq(checkouts.ownerId, ownerId)))
  return row
}

export async function lockCheckout(tx: Transaction, ownerId: string, id: string): Promise<CheckoutRow | undefined> {
  const [row] = await tx.select().from(checkouts).where(and(eq(checkouts.id, id), eq(checkouts.ownerId, ownerId))).for('update')
  return row
}

export async function lockOrder(tx: Transaction, id: string): Promise<OrderRow | undefined> {
  const [row] = await tx.select().from(orders).where(eq(orders.id, id)).for('update')
  return row
}

export const listLines = async (db: Reader | Executor, orderId: string): Promise<SoldLine[]> =>
  (await db.select({ line: orderLines.line }).from(orderLines).where(eq(orderLines.orderId, orderId)).orderBy(asc(orderLines.position))).map(row => row.line)

const eventView = (row: typeof orderEvents.$inferSelect): OrderEventView => ({
  id: String(row.id),
  type: row.type,
  status: row.status,
  cause: row.cause,
  at: row.at.toISOString(),
  ...(row.detail && { detail: row.detail }),
})

export const listEvents = async (db: Reader | Executor, orderId: string, afterId = 0): Promise<OrderEventView[]> =>
  (await db.select().from(orderEvents).where(and(eq(orderEvents.orderId, orderId), gt(orderEvents.id, afterId))).orderBy(asc(orderEvents.id))).map(eventView)

/** The order of this owner, or of whoever holds its confirmation link. */
export async function findOrder(db: Reader | Executor, id: string, reader: { ownerId: string | null, token: string | null }): Promise<OrderRow | undefined> {
  const allowed = [
    reader.ownerId ? eq(orders.ownerId, reader.ownerId) : undefined,
    reader.token ? eq(orders.accessToken, reader.token) : undefined,
  ].filter(condition => condition !== undefined)
  if (allowed.length === 0) return undefined
  const [row] = await db.select().from(orders).where(and(eq(orders.id, id), or(...allowed)))
  return row
}

/** Whoever's it is: for those who run the shop. */
export async function findAnyOrder(db: Reader | Executor, id: string): Promise<OrderRow | undefined> {
  const [row] = await db.select().from(orders).where(eq(orders.id, id))
  return row
}

/**
 * @param known.confirmedAt when the order's confirmation was mailed; left out where nobody looked
 * @param known.lines what was sold, where that was read already
 */
export async function viewOrder(db: Reader | Executor, row: OrderRow, { confirmedAt, ...known }: { confirmedAt?: Date | null, lines?: Order['lines'] } = {}): Promise<Order> {
  const lines = known.lines ?? await listLines(db, row.id)
  const [events, now, returned] = await Promise.all([listEvents(db, row.id), databaseNow(db), viewReturns(db, row, lines)])
  const course = { ...row, events }
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    email: row.email,
    address: row.address,
    shippingMethod: row.shippingMethod,
    lines,
    subtotalMinor: row.subtotalMinor,
    promoCode: row.promoCode,
    discountMinor: row.discountMinor,
    shippingMinor: row.shippingMinor,
    taxMinor: row.taxMinor,
    totalMinor: row.totalMinor,
    currency: row.currency,
    refundedMinor: row.refundedMinor,
    events,
    trackingNumber: row.trackingNumber,
    placedAt: row.placedAt.toISOString(),
    cancellable: isCancellable(row.status),
    ...returned,
    expected: expectedDays(course),
    asOf: now.toISOString(),
    delays: delaysOf(course, { now, confirmedAt }),
    confirmedAt: confirmedAt?.toISOString() ?? null,
    hasInvoice: events.some(event => event.type === 'order.paid'),
  }
}

export async function listOrders(db: Reader, ownerId: string, { after, limit }: { after: Position | null, limit: number }): Promise<(OrderSummary & { place: string })[]> {
  const rows = await db.select({
    order: orders,
    place: sql<string>`${orders.placedAt}::text`,
    itemCount: sql<number>`(select coalesce(sum((line ->> 'quantity')::int), 0)::int from order_lines where order_id = ${orders.id})`,
    image: sql<OrderSummary['image']>`(select line -> 'image' from order_lines where order_id = ${orders.id} order by position limit 1)`,
  }).from(orders).where(and(
    eq(orders.ownerId, ownerId),
    after ? sql`(${orders.placedAt}, ${orders.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
  )).orderBy(desc(orders.placedAt), desc(orders.id)).limit(limit)
  return rows.map(({ order, place, itemCount, image }) => ({
    place,
    id: order.id,
    number: order.number,
    status: order.status,
    totalMinor: order.totalMinor,
    currency: order.currency,
    itemCount,
    image,
    placedAt: order.placedAt.toISOString(),
  }))
}

/**
 * A guest's orders and checkouts become the account's when they sign in, and the keys of their tries with them, so that
 * a try whose answer was lost is still the same try. The checkouts come first: an order that is being placed holds its
 * checkout, so that we either wait for it and then see it, or it finds the checkout gone.
 */
export async function moveOrders(tx: Transaction, fromOwnerId: string, toOwnerId: string) {
  await tx.update(checkouts).set({ ownerId: toOwnerId }).where(eq(checkouts.ownerId, fromOwnerId))
  await tx.update(orders).set({ ownerId: toOwnerId }).where(eq(orders.ownerId, fromOwnerId))
  await tx.execute(sql`
    update idempotency_keys k set owner_id = ${toOwnerId}
    where owner_id = ${fromOwnerId} and not exists (select 1 from idempotency_keys other where other.owner_id = ${toOwnerId} and other.key = k.key)`)
}

/** Orders whose payment nobody has finished: their request died or gave up waiting. In any order, so that those which cannot be moved yet do not stand in the way of others. */
export const listStuck = (db: Executor, { olderThanS, limit }: { olderThanS: number, limit: number }) => db
  .select({ id: orders.id, ageS: sql<number>`extract(epoch from clock_timestamp() - ${orders.placedAt})::int` })
  .from(orders).where(and(eq(orders.status, 'pending'), lt(orders.placedAt, sql`clock_timestamp() - make_interval(secs => ${olderThanS})`)))
  .orderBy(sql`random()`).limit(limit)

export const listStatuses = async (db: Executor, ids: string[]): Promise<Pick<OrderRow, 'id' | 'status'>[]> =>
  ids.length === 0 ? [] : db.select({ id: orders.id, status: orders.status }).from(orders).where(inArray(orders.id, ids))

export const forgetOldKeys = (db: Executor) => db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, sql`now() - interval '24 hours'`))
