/**
 * Who is calling, asked for by the handlers that need to know and by nobody else: no middleware puts a user into
 * the event, so a cached handler has none to leak.
 */
import { createHash, randomBytes } from 'node:crypto'
import { getHeader, type H3Event } from 'h3'
import type { User } from '../../shared/schemas/auth.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { AppError } from '../platform/http/app-error.ts'
import { readShopperCookie, writeShopperCookie } from '../platform/http/shopper-cookie.ts'
import { noteUser } from '../platform/telemetry/request-user.ts'
import { findSession, insertSession, touchSession } from './db/queries.ts'
import { adminsOnly, loginNeeded } from './errors.ts'

export interface Shopper { sessionId: string, user: User | null }
/** Owns carts, checkouts and orders: an account, or a guest's session. */
export interface Owner { sessionId: string, userId: string | null }

export const ownerOf = (shopper: Shopper): Owner => ({ sessionId: shopper.sessionId, userId: shopper.user?.id ?? null })

export const newToken = () => randomBytes(32).toString('base64url')
export const hashToken = (token: string) => createHash('sha256').update(token).digest()

/** The hash of this browser's device token, or nothing when it never logged in to anything. */
export function deviceHashOf(event: H3Event): Buffer | null {
  const { device } = readShopperCookie(event)
  return device ? hashToken(device) : null
}

/** The device as its owner would recognise it; never more of the header than this. */
export function deviceOf(event: H3Event): string {
  const agent = getHeader(event, 'user-agent') ?? ''
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrome\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : 'A browser'
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Windows/.test(agent) ? 'Windows' : /Mac OS/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : 'an unknown device'
  return `${browser} on ${system}`
}

/**
 * The shopper of this request, or `null` for a visitor who has nothing yet. Read from the primary, since a revoked
 * session must be dead at once; from the replica only while the primary is down.
 */
export async function findShopper(event: H3Event): Promise<Shopper | null> {
  const { token } = readShopperCookie(event)
  if (!token) return null
  const db = databaseFor(event)
  const hash = hashToken(token)
  const row = await db.fresh(primary => findSession(primary, hash)).catch((error: unknown) => {
    if (error instanceof AppError && error.statusCode === 503 && ['GET', 'HEAD'].includes(event.method)) return db.read(replica => findSession(replica, hash))
    throw error
  })
  if (!row) return null
  if (row.idleS > 300) await db.fresh(primary => touchSession(primary, row.sessionId)).catch(() => {})
  const user = row.userId && row.email && row.name && row.role ? { id: row.userId, email: row.email, name: row.name, role: row.role } : null
  if (user) noteUser(event, user.id)
  return { sessionId: row.sessionId, user }
}

/** The shopper of this request; a visitor gets a guest's session, since they are about to leave something with us. */
export async function ensureShopper(event: H3Event): Promise<Shopper> {
  const found = await findShopper(event)
  if (found) return found
  return { sessionId: await startSession(event, null), user: null }
}

/** @throws {AppError} 401 `auth/login-needed` */
export async function requireUser(event: H3Event): Promise<Shopper & { user: User }> {
  const shopper = await findShopper(event)
  if (!shopper?.user) throw loginNeeded()
  return { ...shopper, user: shopper.user }
}

/** The role is the database's, read with the session. @throws {AppError} 401 `auth/login-needed`, 403 `auth/admins-only` */
export async function requireAdmin(event: H3Event): Promise<Shopper & { user: User }> {
  const shopper = await requireUser(event)
  if (shopper.user.role !== 'admin') throw adminsOnly()
  return shopper
}

/** Opens a session under a new token, for a guest or a user; the browser learns it with this answer. */
export async function startSession(event: H3Event, userId: string | null): Promise<string> {
  const token = newToken()
  const id = await databaseFor(event).write(tx => insertSession(tx, { tokenHash: hashToken(token), userId, device: deviceOf(event) }))
  writeShopperCookie(event, { token })
  return id
}
