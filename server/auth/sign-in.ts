import type { H3Event } from 'h3'
import type { z } from 'zod'
import type { loginBody, registerBody, User } from '../../shared/schemas/auth.ts'
import type { Transaction } from '../platform/db/connect.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { writeShopperCookie } from '../platform/http/shopper-cookie.ts'
import { deleteSession, findUserByEmail, insertSession, insertUser } from './db/queries.ts'
import { emailTaken, wrongCredentials } from './errors.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { deviceOf, findShopper, hashToken, newToken } from './shopper.ts'

/** What else happens, in the same transaction, when a guest turns out to be somebody: their cart moves over. */
export type OnSignedIn = (tx: Transaction, change: { guestSessionId: string, sessionId: string, userId: string }) => Promise<void>

declare module 'h3' {
  interface H3EventContext {
    onSignedIn: OnSignedIn
  }
}

/** @throws {AppError} 409 `auth/email-taken` */
export async function register(event: H3Event, { email, password, name }: z.output<typeof registerBody>): Promise<User> {
  const passwordHash = await hashPassword(password)
  const row = await databaseFor(event).write(tx => insertUser(tx, { email, name, passwordHash }))
  if (!row) throw emailTaken()
  await rotateSession(event, row.id)
  return userOf(row)
}

/** @throws {AppError} 401 `auth/wrong-credentials`, the same for an unknown address and after the same work */
export async function login(event: H3Event, { email, password }: z.output<typeof loginBody>): Promise<User> {
  const row = await databaseFor(event).fresh(db => findUserByEmail(db, email))
  if (!await verifyPassword(password, row?.passwordHash) || !row) throw wrongCredentials()
  await rotateSession(event, row.id)
  return userOf(row)
}

/** A new token at every sign-in, and the old one dead: a token planted before log-in is worth nothing after it. */
async function rotateSession(event: H3Event, userId: string) {
  const before = await findShopper(event)
  const token = newToken()
  await databaseFor(event).write(async (tx) => {
    const sessionId = await insertSession(tx, { tokenHash: hashToken(token), userId, device: deviceOf(event) })
    if (!before) return
    if (!before.user) await event.context.onSignedIn(tx, { guestSessionId: before.sessionId, sessionId, userId })
    await deleteSession(tx, before.sessionId)
  })
  writeShopperCookie(event, { token })
}

export async function logout(event: H3Event): Promise<void> {
  const shopper = await findShopper(event)
  if (shopper) await databaseFor(event).write(tx => deleteSession(tx, shopper.sessionId))
  writeShopperCookie(event, { token: null })
}

const userOf = ({ id, email, name, role }: User): User => ({ id, email, name, role })
