import { and, eq, sql } from 'drizzle-orm'
import { loginFailures } from '../../server/auth/db/tables.ts'
import type { Tally } from '../../server/auth/throttle.ts'
import type { Executor } from '../../server/platform/db/connect.ts'

/** Looks at the failures so far, lets the try pass, and counts it when it has failed. */
export async function countThenTry(db: Executor, { accountHash, deviceHash }: Tally, hash: () => Promise<void>): Promise<void> {
  const [row] = await db.select({ failures: loginFailures.failures }).from(loginFailures).where(and(eq(loginFailures.accountHash, accountHash), eq(loginFailures.deviceHash, deviceHash)))
  if ((row?.failures ?? 0) > 5) throw new Error('too many tries')
  await hash()
  await db.insert(loginFailures).values({ accountHash, deviceHash, failures: 1, lastTriedAt: sql`now()`, blockedUntil: sql`now()` })
    .onConflictDoUpdate({ target: [loginFailures.accountHash, loginFailures.deviceHash], set: { failures: sql`${loginFailures.failures} + 1` } })
}
