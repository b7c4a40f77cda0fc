import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/connect.ts'

interface EventRow { id: string, event_id: string, type: string, subject: string, payload: Record<string, unknown>, traceparent: string | null }
export interface OutboxRow extends EventRow, Record<string, unknown> {
  /** How often it has been published before. */
  publications: number
  /** The names of the subscribers that have not completed it. */
  missing?: string[]
}
export interface ReplayRow extends EventRow, Record<string, unknown> {
  subscriber: string
  replays: number
  /** For how many doubling waits this replay has had no end: its job may be lost. */
  losses: number
}

// A job that keeps failing is tried for an hour before it is buried; doubling waits multiply it by six at most, not by sixty.
const longestWaits = 64

/** Oldest first, locked for this relay; those that another one has are passed over. */
export async function listUnpublished(tx: Transaction, limit: number): Promise<OutboxRow[]> {
  const { rows } = await tx.execute<OutboxRow>(sql`
    select id::text, event_id, type, subject, payload, traceparent, publications from outbox
    where published_at is null order by outbox.id limit ${limit} for update skip locked`)
  return rows
}

/**
 * Published long enough ago, within seven days, and not completed by a subscriber that wants it. What became a dead letter
 * is not lost, whatever became of the letter: a person decides over it.
 */
export async function listLost(tx: Transaction, { expected, lostAfterMs, limit }: { expected: { type: string, effect: string }[], lostAfterMs: number, limit: number }): Promise<OutboxRow[]> {
  const wait = sql`${`${lostAfterMs} milliseconds`}::interval`
  const { rows } = await tx.execute<OutboxRow>(sql`
    with expected as (select * from jsonb_to_recordset(${JSON.stringify(expected)}::jsonb) as e(type text, effect text))
    select o.id::text, o.event_id, o.type, o.subject, o.payload, o.traceparent, o.publications, missing.effects as missing
    from outbox o
    cross join lateral (
      select array_agg(expected.effect) as effects from expected
      where expected.type = o.type
        and not exists (select 1 from effects f where f.event_id = o.event_id and f.effect = expected.effect and f.completed_at is not null)
        and not exists (select 1 from dead_letters d where d.event_id = o.event_id and d.subscriber = expected.effect)
    ) missing
    where o.published_at between now() - interval '7 days' and now() - ${wait}
      and o.published_at < now() - ${wait} * least(power(2, o.publications - 1), ${longestWaits})
      and o.created_at > now() - interval '7 days' and missing.effects is not null
    order by o.id limit ${limit} for update of o skip locked`)
  return rows
}

/** The letters that somebody sent back and that have not come to an end. */
export async function listReplays(tx: Transaction, { lostAfterMs, limit }: { lostAfterMs: number, limit: number }): Promise<ReplayRow[]> {
  const { rows } = await tx.execute<ReplayRow>(sql`
    select id::text, event_id, subscriber, type, subject, payload, traceparent, replays,
      floor(log(2, 1 + greatest(0, extract(epoch from clock_timestamp() - decided_at) * 1000 / ${lostAfterMs}::numeric)))::int as losses
    from dead_letters where status = 'replaying' order by dead_letters.id limit ${limit} for update skip locked`)
  return rows
}

export async function markPublished(tx: Transaction, rows: OutboxRow[]): Promise<void> {
  await tx.execute(sql`
    update outbox set published_at = clock_timestamp(), publications = publications + 1
    where id = any(${sql.param(rows.map(row => row.id))}::bigint[])`)
}
