import { and, asc, eq, getTableColumns, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import { payments, paymentStates, paymentWebhooks, refunds } from './tables.ts'

/** `ageMs`: for how long it has stood in its state, by the database's clock. */
export type Payment = typeof payments.$inferSelect & { ageMs: number }

export async function findPayment(db: Pick<Executor, 'select'>, orderId: string): Promise<Payment | undefined> {
  const [row] = await db.select({ ...getTableColumns(payments), ageMs: sql<number>`(extract(epoch from clock_timestamp() - ${payments.updatedAt}) * 1000)::int` })
    .from(payments).where(eq(payments.orderId, orderId))
  return row
}

export const insertPayment = (tx: Transaction, values: { orderId: string, paymentMethod: string, amountMinor: number, currency: string }) => tx.insert(payments).values(values)

/**
 * Moves on, and only from the state that was seen: a rival who was quicker wins, and the next look shows what they did.
 * Answers whether it was this call that moved it.
 */
export async function moveToState(db: Executor, seen: Pick<Payment, 'orderId' | 'state'>, state: Payment['state'], fields: { intentId?: string, declineReason?: string } = {}): Promise<boolean> {
  if (paymentStates.indexOf(state) <= paymentStates.indexOf(seen.state)) return false
  const rows = await db.update(payments).set({ ...fields, state, updatedAt: sql`clock_timestamp()` })
    .where(and(eq(payments.orderId, seen.orderId), eq(payments.state, seen.state))).returning({ orderId: payments.orderId })
  return rows.length > 0
}

/** Keeps the intent that was found late for a payment that has none. */
export const keepIntent = (db: Executor, orderId: string, intentId: string) => db.update(payments).set({ intentId })
  .where(and(eq(payments.orderId, orderId), isNull(payments.intentId)))

export const listAbandoned = (db: Executor, limit: number) => db.select({ orderId: payments.orderId }).from(payments)
  .where(and(eq(payments.state, 'abandoned'), lt(payments.updatedAt, sql`clock_timestamp() - interval '5 seconds'`))).orderBy(sql`random()`).limit(limit)

export type Refund = typeof refunds.$inferSelect
export type RefundCause = Refund['cause']

export const insertRefund = (tx: Transaction, values: typeof refunds.$inferInsert) => tx.insert(refunds).values(values)

export async function findRefund(db: Executor, id: string): Promise<Refund | undefined> {
  const [row] = await db.select().from(refunds).where(eq(refunds.id, id))
  return row
}

/** All of an order's refunds, oldest first. */
export const listRefunds = (db: Pick<Executor, 'select'>, orderId: string): Promise<Refund[]> =>
  db.select().from(refunds).where(eq(refunds.orderId, orderId)).orderBy(asc(refunds.createdAt), asc(refunds.id))

/** Of these orders, the ones with money that was promised and has not gone back yet. */
export async function listWithOpenRefunds(tx: Transaction, orderIds: readonly string[]): Promise<string[]> {
  if (orderIds.length === 0) return []
  return (await tx.select({ id: refunds.orderId }).from(refunds).where(and(inArray(refunds.orderId, [...orderIds]), eq(refunds.state, 'requested')))).map(row => row.id)
}

/** Puts this text in the place of what people wrote about the refunds of these orders. */
export async function eraseRefundReasons(tx: Transaction, orderIds: readonly string[], reason: string): Promise<void> {
  if (orderIds.length > 0) await tx.update(refunds).set({ reason }).where(inArray(refunds.orderId, [...orderIds]))
}

/** All that has gone back or was promised to, in pence. */
export async function sumRefunds(db: Pick<Executor, 'select'>, orderId: string): Promise<number> {
  const [row] = await db.select({ sum: sql<number>`coalesce(sum(${refunds.amountMinor}), 0)::int` }).from(refunds).where(eq(refunds.orderId, orderId))
  return row!.sum
}

/** Notes that the gateway has sent the money; answers false when that was known. */
export async function completeRefund(tx: Transaction, { id, orderId, amountMinor }: Refund): Promise<boolean> {
  const rows = await tx.update(refunds).set({ state: 'done', doneAt: sql`clock_timestamp()` }).where(and(eq(refunds.id, id), eq(refunds.state, 'requested'))).returning()
  if (rows.length === 0) return false
  await tx.update(payments).set({ refundedMinor: sql`${payments.refundedMinor} + ${amountMinor}` }).where(eq(payments.orderId, orderId))
  return true
}

/** Answers false for a webhook that was accepted before. */
export async function insertWebhook(tx: Transaction, { id, type }: { id: string, type: string }): Promise<boolean> {
  const rows = await tx.insert(paymentWebhooks).values({ id, type }).onConflictDoNothing().returning()
  return rows.length > 0
}
