/**
 * Prevents: ten thousand guesses at one account from ten thousand addresses, which no limit per address sees; and the
 * usual cure, an account that its owner can no longer enter because somebody else hammered at it.
 * Guarantees: a try is charged to its account before the password is looked at, in one statement and on the database's
 * clock, so that tries at the same time cannot share a charge. Browsers that never logged in to the account share one
 * tally; after five failures each further one doubles their wait, up to 15 minutes. A browser that did has a tally of its
 * own, which nobody else can fill. An address that nobody has is treated alike.
 *
 * @pattern account-throttling
 */
import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '../platform/db/connect.ts'
import { loginFailures } from './db/tables.ts'
import { tooManyTries } from './errors.ts'

/** One account's tally: the strangers', or one known device's. */
export interface Tally { accountHash: Buffer, deviceHash: Buffer }

const freeTries = { strangers: 5, known: 10 } as const
const longestWaitS = 900
const strangers = Buffer.alloc(0)
const hashOf = (text: string) => createHash('sha256').update(text).digest()

/** @param deviceHash of a browser that is known to the account, or null */
export const tallyOf = (email: string, deviceHash: Buffer | null): Tally => ({ accountHash: hashOf(email), deviceHash: deviceHash ?? strangers })

/** For somebody who is logged in and types their password once more. */
export const tallyOfSession = (email: string, sessionId: string): Tally => tallyOf(email, hashOf(`session:${sessionId}`))

/**
 * Charges one try; to be given back by `forgive` when it succeeds.
 * @throws {AppError} 429 `auth/too-many-tries` with the seconds to wait; nothing is charged then
 */
export async function charge(db: Executor, { accountHash, deviceHash }: Tally): Promise<void> {
  const free = deviceHash.length === 0 ? freeTries.strangers : freeTries.known
  const { rowCount } = await db.execute(sql`
    insert into login_failures as f (account_hash, device_hash, failures, last_tried_at, blocked_until)
    values (${accountHash}, ${deviceHash}, 1, clock_timestamp(), clock_timestamp())
    on conflict (account_hash, device_hash) do update set
      failures = case when f.last_tried_at < clock_timestamp() - interval '1 day' then 1 else f.failures + 1 end,
      last_tried_at = clock_timestamp(),
      blocked_until = clock_timestamp() + make_interval(secs => case
        when f.last_tried_at < clock_timestamp() - interval '1 day' or f.failures < ${free}::int then 0
        else least(${longestWaitS}::int, power(2, least(f.failures - ${free}::int, 20))) end)
    where f.blocked_until <= clock_timestamp()`)
  if (rowCount) return
  const [row] = await db.select({ waitS: sql<number>`ceil(extract(epoch from ${loginFailures.blockedUntil} - clock_timestamp()))::int` })
    .from(loginFailures).where(and(eq(loginFailures.accountHash, accountHash), eq(loginFailures.deviceHash, deviceHash)))
  throw tooManyTries(Math.max(1, row?.waitS ?? 1))
}

/** Takes back what a try was charged: a known device starts anew, the strangers' tally loses this one try only. */
export async function forgive(db: Executor, { accountHash, deviceHash }: Tally): Promise<void> {
  const mine = and(eq(loginFailures.accountHash, accountHash), eq(loginFailures.deviceHash, deviceHash))
  if (deviceHash.length > 0) await db.delete(loginFailures).where(mine)
  else await db.update(loginFailures).set({ failures: sql`greatest(${loginFailures.failures} - 1, 0)` }).where(mine)
}

/** Forgets every failure of an account: its owner has proved themselves by mail. */
export async function forgiveAll(db: Executor, email: string): Promise<void> {
  await db.delete(loginFailures).where(eq(loginFailures.accountHash, hashOf(email)))
}
