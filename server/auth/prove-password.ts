import type { H3Event } from 'h3'
import { databaseFor } from '../platform/db/for-event.ts'
import { findUser } from './db/account-queries.ts'
import { loginNeeded, wrongCurrentPassword } from './errors.ts'
import { verifyPassword } from './passwords.ts'
import { charge, type Tally, tallyOfSession } from './throttle.ts'

/** What the password was when it was proved, and the tally to be forgiven once what it was asked for is done. */
export interface Proof { passwordHash: string, tally: Tally }

/**
 * Lets somebody who is logged in type their password once more; a try is charged before it is looked at.
 * @param path the field in which it was typed
 * @throws {AppError} 401, 403 `auth/wrong-password`, 429 `auth/too-many-tries`, 503 `auth/busy`
 */
export async function provePassword(event: H3Event, { user, sessionId }: { user: { id: string, email: string }, sessionId: string }, given: string, path: string): Promise<Proof> {
  const db = databaseFor(event)
  const tally = tallyOfSession(user.email, sessionId)
  await db.fresh(primary => charge(primary, tally))
  const account = await db.fresh(primary => findUser(primary, user.id))
  if (!account) throw loginNeeded()
  if (!await verifyPassword(given, account.passwordHash)) throw wrongCurrentPassword(path)
  return { passwordHash: account.passwordHash, tally }
}
