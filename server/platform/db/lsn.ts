import { sql } from 'drizzle-orm'
import type { Executor } from './connect.ts'

/**
 * A write-ahead log position (LSN) as Postgres prints it, `16/B374D848`: the token that lets a shopper's
 * next read prove that it is not older than their last write.
 */
export type Lsn = string

/** After a commit whose position nobody could tell: later than any replica, so that only the primary may answer. */
export const unknownLsn: Lsn = 'FFFFFFFF/FFFFFFFF'

const pattern = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i

export function isLsn(value: string): value is Lsn {
  return pattern.test(value)
}

/** Bytes since the beginning of the log, for comparing. */
export function lsnBytes(lsn: Lsn): bigint {
  const [high = '0', low = '0'] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

export function laterLsn(a: Lsn | null, b: Lsn | null): Lsn | null {
  if (!a) return b
  if (!b) return a
  return lsnBytes(a) >= lsnBytes(b) ? a : b
}

/** Where the primary's log ends by now: a replica that has come so far has all that was committed before. */
export async function positionOf(primary: Pick<Executor, 'execute'>): Promise<Lsn> {
  const { rows } = await primary.execute<{ lsn: Lsn }>(sql`select pg_current_wal_insert_lsn()::text as lsn`)
  return rows[0]!.lsn
}
