import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/connect.ts'

/**
 * Puts `fields` over those of the same name in every event about a subject and in its dead letters. The events stay:
 * what they had as effects is counted by them.
 */
export async function redactEvents(tx: Transaction, subject: string, fields: Record<string, unknown>): Promise<void> {
  const redacted = sql`payload || coalesce((select jsonb_object_agg(key, value) from jsonb_each(${JSON.stringify(fields)}::jsonb) where payload ? key), '{}')`
  await tx.execute(sql`update outbox set payload = ${redacted} where subject = ${subject}`)
  await tx.execute(sql`update dead_letters set payload = ${redacted} where subject = ${subject}`)
}
