import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/connect.ts'
import { traceOf } from '../telemetry/trace-context.ts'
import { outbox } from './tables.ts'

export interface NewEvent {
  type: string
  subject: string
  payload: Record<string, unknown>
  /** W3C Trace Context; that of the transaction unless told otherwise. */
  traceparent?: string
}
export interface DomainEvent extends NewEvent { id: string }

/**
 * Records that something happened, in the caller's transaction: the change and its event commit together or not
 * at all. The notification wakes the relay at commit. The event continues the trace of its transaction.
 *
 * @pattern outbox
 */
export async function appendEvent(tx: Transaction, event: NewEvent): Promise<void> {
  await tx.insert(outbox).values({ ...event, traceparent: event.traceparent ?? traceOf(tx) })
  await tx.execute(sql`select pg_notify('outbox', '')`)
}
