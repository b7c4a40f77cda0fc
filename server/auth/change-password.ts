import type { H3Event } from 'h3'
import type { z } from 'zod'
import type { changePasswordBody } from '../../shared/schemas/auth.ts'
import { audit, originOf } from '../platform/audit/audit.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { writeShopperCookie } from '../platform/http/shopper-cookie.ts'
import { appendEvent } from '../platform/outbox/append-event.ts'
import { enforceForAccount } from '../platform/rate-limit/enforce.ts'
import { forgetDevices, replacePassword, voidResets } from './db/account-queries.ts'
import { deleteSessions, renewSession } from './db/queries.ts'
import { wrongCurrentPassword } from './errors.ts'
import { passwordChanged } from './events.ts'
import { acceptPassword } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import { provePassword } from './prove-password.ts'
import { deviceHashOf, hashToken, newToken, requireUser } from './shopper.ts'
import { forgive } from './throttle.ts'

/**
 * Changes the password of whoever is logged in and knows it. Every other session ends; this one goes on under a new token.
 * @throws {AppError} 401, 403 `auth/wrong-password`, 422 for a password that is refused, 429 `auth/too-many-tries` or
 * `platform/too-many-requests`, 503 `auth/busy`
 */
export async function changePassword(event: H3Event, { current, password }: z.output<typeof changePasswordBody>): Promise<void> {
  const { user, sessionId } = await requireUser(event)
  await enforceForAccount(event, user.id)
  const db = databaseFor(event)
  acceptPassword(password, user)
  const { tally, passwordHash } = await provePassword(event, { user, sessionId }, current, 'current')
  const after = await hashPassword(password)
  const token = newToken()
  await db.write(async (tx) => {
    if (!await replacePassword(tx, user.id, { before: passwordHash, after })) throw wrongCurrentPassword()
    const others = await deleteSessions(tx, user.id, { except: sessionId })
    await renewSession(tx, sessionId, hashToken(token))
    await forgetDevices(tx, user.id, { except: deviceHashOf(event) })
    await voidResets(tx, user.id)
    await forgive(tx, tally)
    await appendEvent(tx, passwordChanged(user.id))
    await audit(tx, { ...originOf(event), kind: 'auth.password-changed', userId: user.id, actorId: user.id, detail: { sessionsEnded: others } })
  })
  writeShopperCookie(event, { token })
}
