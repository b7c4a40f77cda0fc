/**
 * Prevents: a way in for whoever can read a queue, a log or a backup; one that tells who has an account; and one that
 * leaves the thief logged in.
 * Guarantees: whoever asks, and for whomever, the same statements run and the same answer comes. The token is made when
 * the mail is composed and kept as a hash, so that no event, job or dead letter ever has it. It works once, for 30
 * minutes on the database's clock, and only the latest does. Using it ends every session and forgets every device.
 *
 * @pattern password-reset
 */
import type { H3Event } from 'h3'
import type { z } from 'zod'
import type { resetConfirmBody, resetRequestBody } from '../../shared/schemas/auth.ts'
import { audit, originOf, pseudonymOf } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { writeShopperCookie } from '../platform/http/shopper-cookie.ts'
import { appendEvent } from '../platform/outbox/append-event.ts'
import { enforceForAccount } from '../platform/rate-limit/enforce.ts'
import { countMailedResets, findReset, forgetDevices, giveToken, insertReset, lockUnmailedReset, rememberDevice, replacePassword, spendReset, voidResets } from './db/account-queries.ts'
import { deleteSessions } from './db/queries.ts'
import { resetUnusable } from './errors.ts'
import { passwordChanged, resetRequested } from './events.ts'
import { acceptPassword } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import { hashToken, newToken } from './shopper.ts'
import { forgiveAll } from './throttle.ts'

/** Nobody's mailbox is filled by somebody else. */
const mailsPerHour = 3

/**
 * Takes the wish down; whether there is anybody to write to is found out by the worker.
 * @throws {AppError} 429 `platform/too-many-requests`, for an address that nobody has as well
 */
export async function requestReset(event: H3Event, { email }: z.output<typeof resetRequestBody>): Promise<void> {
  await enforceForAccount(event, email)
  await databaseFor(event).write(async (tx) => {
    const { id, userId } = await insertReset(tx, email)
    await appendEvent(tx, resetRequested(id))
    await audit(tx, { ...originOf(event), kind: 'auth.reset-requested', userId, detail: { account: pseudonymOf(email) } })
  })
}

/**
 * Makes the token of a request, in the transaction that writes its mail, and voids all earlier ones of the account.
 * Answers nothing when nobody has that address, when it comes too late, or when the account had its mails of this hour.
 */
export async function issueReset(tx: Transaction, resetId: string): Promise<{ userId: string, email: string, name: string, token: string } | null> {
  const account = await lockUnmailedReset(tx, resetId)
  if (!account) return null
  const { count, later } = await countMailedResets(tx, account.userId, resetId)
  if (later || count >= mailsPerHour) return null
  const token = newToken()
  await voidResets(tx, account.userId)
  await giveToken(tx, resetId, hashToken(token))
  return { userId: account.userId, email: account.email, name: account.name, token }
}

/**
 * Sets a new password for whoever can read the mail, and signs nobody in; the browser becomes a known one.
 * @throws {AppError} 410 `auth/reset-unusable`, 422 for a password that is refused, 503 `auth/busy`
 */
export async function confirmReset(event: H3Event, { token, password }: z.output<typeof resetConfirmBody>): Promise<void> {
  const tokenHash = hashToken(token)
  const account = await databaseFor(event).fresh(db => findReset(db, tokenHash))
  if (!account) throw resetUnusable()
  acceptPassword(password, account)
  const after = await hashPassword(password)
  const device = newToken()
  await databaseFor(event).write(async (tx) => {
    const userId = await spendReset(tx, tokenHash)
    if (!userId) throw resetUnusable()
    await replacePassword(tx, userId, { after })
    const sessions = await deleteSessions(tx, userId)
    await forgetDevices(tx, userId, { except: null })
    await rememberDevice(tx, hashToken(device), userId)
    await forgiveAll(tx, account.email)
    await appendEvent(tx, passwordChanged(userId))
    await audit(tx, { ...originOf(event), kind: 'auth.password-reset', userId, detail: { sessionsEnded: sessions } })
  })
  writeShopperCookie(event, { device })
}
