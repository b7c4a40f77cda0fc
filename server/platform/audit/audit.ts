/**
 * Prevents: a changed password, a refund or a new admin of which nobody can say who it was.
 * Guarantees: the record commits with what it is about, or neither does. It holds no secret: no password, token or
 * card, no whole address of a person, by mail or by network.
 *
 * @pattern audit-log
 */
import { createHash } from 'node:crypto'
import { asc, eq, lt, sql } from 'drizzle-orm'
import type { H3Event } from 'h3'
import type { Executor } from '../db/connect.ts'
import { clientAddress } from '../http/client-address.ts'
import { auditLog } from './tables.ts'

/** From where something was asked; nothing of it for what the shop does by itself. */
export interface Origin { address?: string, requestId?: string }

export interface AuditEntry extends Origin {
  /** `domain.what-happened`, in the past tense. */
  kind: string
  /** Whom it is about. */
  userId?: string | null
  /** Who did it. */
  actorId?: string | null
  /** Facts that a reader needs; never a secret or an e-mail address. */
  detail?: Record<string, unknown>
}

const keptDays = 400

/** Writes one entry in the caller's transaction; the time is the database's. */
export async function audit(tx: Executor, { kind, userId, actorId, address, requestId, detail }: AuditEntry): Promise<void> {
  await tx.insert(auditLog).values({ kind, userId: userId ?? null, actorId: actorId ?? null, address: (address && networkOf(address)) ?? null, requestId: requestId ?? null, detail: detail ?? {} })
}

export const originOf = (event: H3Event): Origin => ({
  address: clientAddress(event, event.context.platform.config.trustedProxies),
  requestId: event.context.requestId,
})

/** The /24 of an IPv4 address, the /48 of an IPv6 one; nothing for what is neither. */
export function networkOf(address: string): string | undefined {
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address)
  if (v4) return `${v4[1]}.0/24`
  const plain = address.replace(/%.*$/, '')
  if (!/^[\da-f]*:[\da-f:]*$/i.test(plain)) return undefined
  const [head = '', tail] = plain.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups.slice(0, 3).map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/48`
}

/** Tells two entries about one e-mail address as such without saying which it is. */
export const pseudonymOf = (email: string): string => createHash('sha256').update(email).digest('hex').slice(0, 16)

/** What was done about an order, oldest first; at most 200 entries. */
export const listAuditOf = (db: Pick<Executor, 'select'>, orderId: string) => db.select().from(auditLog)
  .where(sql`detail ? 'orderId' and (detail ->> 'orderId') = ${orderId}`).orderBy(asc(auditLog.id)).limit(200)

/** Takes from an account's entries what leads to a person: the network, the request, and what was typed. Its id then names nobody. */
export async function forgetInAudit(tx: Executor, userId: string): Promise<void> {
  await tx.update(auditLog).set({ address: null, requestId: null, detail: sql`${auditLog.detail} - 'account'` }).where(eq(auditLog.userId, userId))
}

/** Ends what nobody may want to know any more; answers how many entries. */
export async function sweepAudit(db: Executor): Promise<number> {
  const { rowCount } = await db.delete(auditLog).where(lt(auditLog.at, sql`now() - make_interval(days => ${keptDays})`))
  return rowCount ?? 0
}
