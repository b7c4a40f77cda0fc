import type { H3Event } from 'h3'
import { forgive, holdAccount, provePassword, requireUser, wrongCurrentPassword } from '../auth/index.ts'
import { audit } from '../platform/audit/audit.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { writeShopperCookie } from '../platform/http/shopper-cookie.ts'
import { erasePersonalData } from '../platform/personal-data.ts'
import { enforceForAccount } from '../platform/rate-limit/enforce.ts'
import { adminStays } from './errors.ts'

/**
 * Deletes the account of whoever is logged in and knows its password, and with it what the shop keeps about them; see
 * `server/platform/personal-data.ts`. All of it happens, or nothing. Of two clicks at once the second finds it done. Of
 * the audit log stays that it happened, and to which id, which from now on names nobody.
 * @throws {AppError} 401, 403 `auth/wrong-password`, 409 `account/admin`, 409 as a domain objects, 429, 503 `auth/busy`
 */
export async function deleteAccount(event: H3Event, password: string): Promise<void> {
  const { user, sessionId } = await requireUser(event)
  await enforceForAccount(event, user.id)
  if (user.role === 'admin') throw adminStays()
  const { passwordHash, tally } = await provePassword(event, { user, sessionId }, password, 'password')
  await databaseFor(event).write(async (tx) => {
    const account = await holdAccount(tx, user.id)
    if (!account) return
    // A password or a role that changed since it was looked at decides anew.
    if (account.passwordHash !== passwordHash) throw wrongCurrentPassword('password')
    if (account.role === 'admin') throw adminStays()
    await forgive(tx, tally)
    await erasePersonalData(tx, event.context.personalData, { userId: user.id, email: account.email })
    await audit(tx, { kind: 'account.deleted', userId: user.id, actorId: user.id })
  })
  writeShopperCookie(event, { token: null, device: null })
}
