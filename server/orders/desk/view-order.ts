import type { H3Event } from 'h3'
import type { DeskMail, DeskOrder, DeskParcel } from '../../../shared/schemas/desk.ts'
import { namesOf } from '../../auth/index.ts'
import { findPayment, listRefunds } from '../../payments/index.ts'
import { listAuditOf } from '../../platform/audit/audit.ts'
import type { Reader } from '../../platform/db/database.ts'
import { databaseFor } from '../../platform/db/for-event.ts'
import { notFound } from '../../platform/http/app-error.ts'
import { findAnyOrder, viewOrder } from '../db/queries.ts'
import type { HandOver } from './fulfil-now.ts'
import { listNotes } from './notes.ts'
import { refundableOf } from './refundable.ts'

/** What the desk asks of domains that stand on this one; wired in where the process is put together. */
export interface OrderDesk {
  findParcel(db: Reader, orderId: string): Promise<DeskParcel | null>
  listMails(db: Reader, order: { id: string, email: string }): Promise<DeskMail[]>
  handOver: HandOver
}

declare module 'h3' {
  interface H3EventContext {
    orderDesk: OrderDesk
  }
}

/** An order with its money, parcel, mails, notes and what was done about it, or nothing. */
export async function viewDeskOrder(db: Reader, id: string, desk: Pick<OrderDesk, 'findParcel' | 'listMails'>): Promise<DeskOrder | null> {
  const row = await findAnyOrder(db, id)
  if (!row) return null
  const [order, payment, refunds, refundable, parcel, notes, mails, audited] = await Promise.all([
    viewOrder(db, row), findPayment(db, id), listRefunds(db, id), refundableOf(db, row),
    desk.findParcel(db, id), listNotes(db, id), desk.listMails(db, row), listAuditOf(db, id),
  ])
  const names = await namesOf(db, audited.flatMap(({ actorId }) => actorId ?? []))
  return {
    ...order,
    payment: payment ? { state: payment.state, intentId: payment.intentId, method: payment.paymentMethod, amountMinor: payment.amountMinor, refundedMinor: payment.refundedMinor, declineReason: payment.declineReason } : null,
    parcel,
    refunds: refunds.map(({ id, orderId, amountMinor, currency, reason, state, createdAt, cause, lines, restocked }) => ({ id, orderId, amountMinor, currency, reason, status: state, requestedAt: createdAt.toISOString(), cause, lines, restocked })),
    refundable,
    fulfillable: row.status === 'paid' && parcel?.status !== 'cancelled',
    notes,
    mails,
    actions: audited.map(({ kind, at, actorId, detail }) => ({ kind, at: at.toISOString(), by: names.get(actorId ?? '') ?? null, amountMinor: typeof detail.amountMinor === 'number' ? detail.amountMinor : null })),
  }
}

/** The same for a request, not older than what this admin did last. @throws {AppError} 404 */
export async function readDeskOrder(event: H3Event, id: string): Promise<DeskOrder> {
  const order = await databaseFor(event).read(db => viewDeskOrder(db, id, event.context.orderDesk))
  if (!order) throw notFound('order')
  return order
}
