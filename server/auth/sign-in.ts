import type { H3Event } from 'h3'
import type { z } from 'zod'
import type { loginBody, registerBody, User } from '../../shared/schemas/auth.ts'
import { audit, originOf, pseudonymOf } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { readShopperCookie, writeShopperCookie } from '../platform/http/shopper-cookie.ts'
import { enforceForAccount } from '../platform/rate-limit/enforce.ts'
import { racePoint } from '../platform/race-points.ts'
import { findLogin, passwordIsStill, rememberDevice, replacePassword } from './db/account-queries.ts'
import { deleteSession, insertSession, insertUser } from './db/queries.ts'
import { emailTaken, wrongCredentials } from './errors.ts'
import { acceptPassword } from './password-rules.ts'
import { hashPassword, isOutdated, verifyPassword } from './passwords.ts'
import { deviceHashOf, deviceOf, findShopper, hashToken, newToken } from './shopper.ts'
import { charge, forgive, tallyOf } from './throttle.ts'

/** What else happens, in the same transaction, when a guest turns out to be somebody: their cart moves over. */
export type OnSignedIn = (tx: Transaction, change: { guestSessionId: string, sessionId: string, userId: string }) => Promise<void>

declare module 'h3' {
  interface H3EventContext {
    onSignedIn: OnSignedIn
  }
}

/** @throws {AppError} 409 `auth/email-taken`, 422 for a password that is refused, 429 `platform/too-many-requests`, 503 `auth/busy` */
export async function register(event: H3Event, { email, password, name }: z.output<typeof registerBody>): Promise<User> {
  await enforceForAccount(event, email)
  acceptPassword(password, { email, name })
  const passwordHash = await hashPassword(password)
  const row = await databaseFor(event).write(async (tx) => {
    const made = await insertUser(tx, { email, name, passwordHash })
    if (made) await audit(tx, { ...originOf(event), kind: 'auth.registered', userId: made.id, actorId: made.id })
    return made
  })
  if (!row) throw emailTaken()
  await rotateSession(event, row.id, async () => {}, { newDevice: true })
  return userOf(row)
}

/**
 * @throws {AppError} 401 `auth/wrong-credentials`, the same for an unknown address and after the same work; 429
 * `auth/too-many-tries` or `platform/too-many-requests`, 503 `auth/busy`
 */
export async function login(event: H3Event, { email, password }: z.output<typeof loginBody>): Promise<User> {
  await enforceForAccount(event, email)
  const db = databaseFor(event)
  const deviceHash = deviceHashOf(event)
  const row = await db.fresh(primary => findLogin(primary, { email, deviceHash }))
  const tally = tallyOf(email, row?.known ? deviceHash : null)
  await db.fresh(primary => charge(primary, tally))
  const right = await verifyPassword(password, row?.passwordHash).catch(async (error: unknown) => {
    await db.fresh(primary => forgive(primary, tally))
    throw error
  })
  if (!right || !row) {
    await db.fresh(primary => audit(primary, { ...originOf(event), kind: 'auth.login-failed', userId: row?.id, detail: { account: pseudonymOf(email), device: row?.known ? 'known' : 'unknown' } }))
    throw wrongCredentials()
  }
  const rehashed = isOutdated(row.passwordHash) ? await hashPassword(password) : null
  await racePoint('password-verified')
  await rotateSession(event, row.id, async (tx) => {
    // A password that was changed since it was looked at opens no session.
    if (!await passwordIsStill(tx, row.id, row.passwordHash)) throw wrongCredentials()
    if (rehashed) await replacePassword(tx, row.id, { before: row.passwordHash, after: rehashed })
    await forgive(tx, tally)
    await audit(tx, { ...originOf(event), kind: 'auth.logged-in', userId: row.id, actorId: row.id, detail: { device: row.known ? 'known' : 'new' } })
  }, { newDevice: !row.known })
  return userOf(row)
}

/** A new token at every sign-in, and the old one dead: a token planted before log-in is worth nothing after it. */
async function rotateSession(event: H3Event, userId: string, within: (tx: Transaction) => Promise<void>, { newDevice }: { newDevice: boolean }) {
  const before = await findShopper(event)
  const token = newToken()
  const device = (newDevice ? null : readShopperCookie(event).device) ?? newToken()
  await databaseFor(event).write(async (tx) => {
    await within(tx)
    const sessionId = await insertSession(tx, { tokenHash: hashToken(token), userId, device: deviceOf(event) })
    await rememberDevice(tx, hashToken(device), userId)
    if (!before) return
    if (!before.user) await event.context.onSignedIn(tx, { guestSessionId: before.sessionId, sessionId, userId })
    await deleteSession(tx, before.sessionId)
  })
  writeShopperCookie(event, { token, device })
}

export async function logout(event: H3Event): Promise<void> {
  const shopper = await findShopper(event)
  if (shopper) {
    await databaseFor(event).write(async (tx) => {
      await deleteSession(tx, shopper.sessionId)
      if (shopper.user) await audit(tx, { ...originOf(event), kind: 'auth.logged-out', userId: shopper.user.id, actorId: shopper.user.id })
    })
  }
  writeShopperCookie(event, { token: null })
}

const userOf = ({ id, email, name, role }: User): User => ({ id, email, name, role })
