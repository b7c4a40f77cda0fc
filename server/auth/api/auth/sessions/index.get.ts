import { defineEventHandler } from 'h3'
import type { SessionList } from '../../../../../shared/schemas/auth.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { listSessions } from '../../../db/queries.ts'
import { requireUser } from '../../../shopper.ts'

export default defineEventHandler(async (event): Promise<SessionList> => {
  const { user, sessionId } = await requireUser(event)
  const rows = await databaseFor(event).read(db => listSessions(db, user.id))
  return {
    items: rows.map(({ createdAt, lastSeenAt, ...row }) => ({
      ...row,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      current: row.id === sessionId,
    })),
  }
})
