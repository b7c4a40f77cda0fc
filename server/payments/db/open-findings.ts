import { and, count, desc, eq, isNull } from 'drizzle-orm'
import type { Reader } from '../../platform/db/database.ts'
import { paymentFindings } from './tables.ts'

const open = and(eq(paymentFindings.mended, false), isNull(paymentFindings.resolvedAt))

export const countOpenFindings = async (db: Reader): Promise<number> => (await db.select({ open: count() }).from(paymentFindings).where(open))[0]!.open

/** Where the gateway's books differ from ours and neither the shop nor a person has put it right; the latest first, at most 100. */
export const listOpenFindings = (db: Reader) => db.select().from(paymentFindings)
  .where(open).orderBy(desc(paymentFindings.lastSeenAt)).limit(100)
