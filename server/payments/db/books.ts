import { and, between, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm'
import type { Executor } from '../../platform/db/connect.ts'
import type { Payment } from './queries.ts'
import { paymentFindings, payments, refunds } from './tables.ts'

/** What our books say of one order's money; amounts in pence. */
export interface PaymentBook extends Pick<Payment, 'orderId' | 'state' | 'intentId' | 'amountMinor' | 'currency'> {
  /** Sent back, as the gateway has confirmed. */
  refundedMinor: number
  /** Promised, and not confirmed yet. */
  refundingMinor: number
  /** For how long nothing has changed, by the database's clock. */
  quietMs: number
}

export async function listBooks(db: Executor, orderIds: string[]): Promise<PaymentBook[]> {
  if (orderIds.length === 0) return []
  const sumOf = (state: 'requested' | 'done') => sql<number>`coalesce(sum(${refunds.amountMinor}) filter (where ${refunds.state} = ${state}), 0)::int`
  return db.select({
    orderId: payments.orderId,
    state: payments.state,
    intentId: payments.intentId,
    amountMinor: payments.amountMinor,
    currency: payments.currency,
    refundedMinor: sumOf('done'),
    refundingMinor: sumOf('requested'),
    quietMs: sql<number>`(extract(epoch from clock_timestamp() - greatest(${payments.updatedAt}, max(${refunds.createdAt}), max(${refunds.doneAt}))) * 1000)::float8`,
  }).from(payments).leftJoin(refunds, eq(refunds.orderId, payments.orderId))
    .where(inArray(payments.orderId, orderIds)).groupBy(payments.orderId)
}

/** Our captured payments of a time by the database's clock, each with its intent, or with words for the want of one. */
export const listCaptured = (db: Executor, { from, to }: { from: Date, to: Date }) => db
  .select({ orderId: payments.orderId, intentId: sql<string>`coalesce(${payments.intentId}, 'none for order ' || ${payments.orderId})`, amountMinor: payments.amountMinor }).from(payments)
  .where(and(eq(payments.state, 'captured'), between(payments.createdAt, from, to)))

export type Finding = Pick<typeof paymentFindings.$inferInsert, 'intentId' | 'kind' | 'orderId' | 'detail' | 'mended'>

/** Keeps what was found among the intents that were looked at, and closes what is no longer so. */
export async function keepFindings(db: Executor, looked: string[], findings: Finding[]): Promise<void> {
  for (const finding of findings) {
    await db.insert(paymentFindings).values(finding).onConflictDoUpdate({
      target: [paymentFindings.intentId, paymentFindings.kind],
      set: { orderId: finding.orderId, detail: finding.detail, mended: finding.mended, lastSeenAt: sql`clock_timestamp()`, resolvedAt: null },
    })
  }
  if (looked.length === 0) return
  const current = findings.map(({ intentId, kind }) => `${intentId} ${kind}`)
  await db.update(paymentFindings).set({ resolvedAt: sql`clock_timestamp()` }).where(and(
    inArray(paymentFindings.intentId, looked),
    isNull(paymentFindings.resolvedAt),
    current.length > 0 ? notInArray(sql`${paymentFindings.intentId} || ' ' || ${paymentFindings.kind}`, current) : undefined,
  ))
}
