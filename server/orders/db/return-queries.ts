import { and, asc, eq, sql } from 'drizzle-orm'
import { returnWindowDays } from '../../../shared/delivery.ts'
import type { Order, SoldLine } from '../../../shared/schemas/orders.ts'
import type { OrderReturn, ReturnLine, ReturnSummary } from '../../../shared/schemas/returns.ts'
import type { Executor, Transaction } from '../../platform/db/connect.ts'
import type { Reader } from '../../platform/db/database.ts'
import type { Position } from '../../platform/http/cursor.ts'
import { listRefunds } from '../../payments/index.ts'
import { linesLeft } from '../returns/return-sums.ts'
import { orderEvents, orders, returns } from './tables.ts'

export type ReturnRow = typeof returns.$inferSelect

export const returnView = (row: ReturnRow): OrderReturn => ({
  id: row.id,
  lines: row.lines,
  reason: row.reason,
  status: row.status,
  refundMinor: row.refundMinor,
  requestedAt: row.requestedAt.toISOString(),
  closedAt: row.closedAt?.toISOString() ?? null,
})

export const listReturns = (db: Reader | Executor, orderId: string): Promise<ReturnRow[]> =>
  db.select().from(returns).where(eq(returns.orderId, orderId)).orderBy(asc(returns.requestedAt), asc(returns.id))

/** The lines of all returns in one of these states. */
export const linesOf = (rows: readonly ReturnRow[], statuses: readonly ReturnRow['status'][]): ReturnLine[] =>
  rows.filter(row => statuses.includes(row.status)).flatMap(row => row.lines)

/** Things whose money has gone back by a refund that names them; returns have their own lines. */
export const refundedLines = async (db: Reader | Executor, orderId: string): Promise<ReturnLine[]> =>
  (await listRefunds(db, orderId)).flatMap(refund => refund.lines ?? [])

/** Until when things may be sent back, by the database's clock; nothing for an order that was not delivered. */
export async function findReturnWindow(db: Reader | Executor, orderId: string): Promise<{ until: Date, open: boolean } | undefined> {
  const until = sql`${orderEvents.at} + make_interval(days => ${returnWindowDays})`
  const [row] = await db.select({ until: sql<string>`${until}`, open: sql<boolean>`${until} > clock_timestamp()` })
    .from(orderEvents).where(and(eq(orderEvents.orderId, orderId), eq(orderEvents.type, 'order.delivered'))).limit(1)
  return row && { until: new Date(row.until), open: row.open }
}

/** What an order's page says of returns. Nothing is asked for an order that has not arrived. */
export async function viewReturns(db: Reader | Executor, order: { id: string, status: Order['status'] }, sold: readonly SoldLine[]): Promise<Pick<Order, 'returns' | 'returnable' | 'returnableUntil'>> {
  if (order.status !== 'delivered' && order.status !== 'refunded') return { returns: [], returnable: [], returnableUntil: null }
  const delivered = order.status === 'delivered'
  const [rows, window, refunded] = await Promise.all([listReturns(db, order.id), delivered ? findReturnWindow(db, order.id) : undefined, delivered ? refundedLines(db, order.id) : []])
  const underway = new Set(linesOf(rows, ['requested']).map(line => line.variantId))
  const left = window?.open ? linesLeft(sold, [...linesOf(rows, ['received']), ...refunded]).filter(line => !underway.has(line.variantId)) : []
  return { returns: rows.map(returnView), returnable: left, returnableUntil: left.length > 0 ? window!.until.toISOString() : null }
}

export const insertReturn = async (tx: Transaction, values: Pick<ReturnRow, 'id' | 'orderId' | 'lines' | 'reason' | 'refundMinor'>): Promise<ReturnRow> =>
  (await tx.insert(returns).values(values).returning())[0]!

export async function findReturn(db: Executor, id: string): Promise<ReturnRow | undefined> {
  const [row] = await db.select().from(returns).where(eq(returns.id, id))
  return row
}

/** Closes an open return; answers nothing when somebody has closed it. */
export async function closeReturn(tx: Transaction, id: string, change: Pick<ReturnRow, 'status' | 'closedBy'> & Partial<Pick<ReturnRow, 'restocked' | 'refundMinor'>>): Promise<ReturnRow | undefined> {
  const [row] = await tx.update(returns).set({ ...change, closedAt: sql`clock_timestamp()` }).where(and(eq(returns.id, id), eq(returns.status, 'requested'))).returning()
  return row
}

/** All orders' returns, those that wait longest first. */
export async function listAllReturns(db: Reader, { status, after, limit }: { status: ReturnRow['status'] | null, after: Position | null, limit: number }): Promise<(ReturnSummary & { place: string })[]> {
  const rows = await db.select({
    row: returns,
    place: sql<string>`${returns.requestedAt}::text`,
    orderNumber: orders.number,
    email: orders.email,
    sold: sql<SoldLine[]>`(select json_agg(line) from order_lines where order_id = ${returns.orderId})`,
  }).from(returns).innerJoin(orders, eq(orders.id, returns.orderId)).where(and(
    status ? eq(returns.status, status) : undefined,
    after ? sql`(${returns.requestedAt}, ${returns.id}) > (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
  )).orderBy(asc(returns.requestedAt), asc(returns.id)).limit(limit)
  return rows.map(({ row, place, orderNumber, email, sold }) => ({
    place,
    ...returnView(row),
    orderId: row.orderId,
    orderNumber,
    email,
    restocked: row.restocked,
    lines: row.lines.map((line) => {
      const { name = 'Something', sku = '', options = {} } = sold.find(one => one.variantId === line.variantId) ?? {}
      return { ...line, name, sku, options }
    }),
  }))
}
