import type { H3Event } from 'h3'
import { audit, originOf } from '../platform/audit/audit.ts'
import { databaseFor } from '../platform/db/for-event.ts'
import { notFound } from '../platform/http/app-error.ts'
import { deleteOwnSession, deleteSessions } from './db/queries.ts'
import { requireUser } from './shopper.ts'

/** Logs one device of the caller out, at once and everywhere. @throws {AppError} 401, 404 when it is somebody else's */
export async function endSession(event: H3Event, id: string): Promise<void> {
  const { user } = await requireUser(event)
  await databaseFor(event).write(async (tx) => {
    if (await deleteOwnSession(tx, user.id, id) === 0) throw notFound('session')
    await audit(tx, { ...originOf(event), kind: 'auth.session-ended', userId: user.id, actorId: user.id, detail: { sessionId: id } })
  })
}

/** Logs every other device of the caller out. @throws {AppError} 401 */
export async function endOtherSessions(event: H3Event): Promise<void> {
  const { user, sessionId } = await requireUser(event)
  await databaseFor(event).write(async (tx) => {
    const ended = await deleteSessions(tx, user.id, { except: sessionId })
    await audit(tx, { ...originOf(event), kind: 'auth.sessions-ended', userId: user.id, actorId: user.id, detail: { sessionsEnded: ended } })
  })
}
