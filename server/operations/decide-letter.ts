import { z } from 'zod'
import { deadLetterStatuses, type DeadLetterView, letterId } from '../../shared/schemas/operations.ts'
import { pageQuery } from '../../shared/schemas/values.ts'
import { audit, type Origin } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import type { DeadLetter } from '../platform/outbox/dead-letters.ts'
import { findDeadLetter } from './db/queries.ts'
import { letterNotWaiting, noSuchLetter } from './errors.ts'

/** The query of a list of letters; a cursor is the last one's id. */
export const letterListQuery = z.object({
  status: z.enum(deadLetterStatuses).optional(),
  limit: pageQuery.shape.limit,
  cursor: z.string().max(40).transform(cursor => Buffer.from(cursor, 'base64url').toString('utf8')).pipe(letterId).transform(Number).optional(),
})

/** Who decides, and what they do to the letter. */
export interface Decision { by: string, origin: Origin, what: 'mended' | 'replayed' | 'discarded', decide: (tx: Transaction) => Promise<DeadLetter | undefined> }

/**
 * Lets a person decide over a waiting letter, and keeps who did.
 * @throws {AppError} 404, 409 `operations/letter-not-waiting`
 */
export async function decideLetter(tx: Transaction, id: number, { by, origin, what, decide }: Decision): Promise<DeadLetterView> {
  const decided = await decide(tx)
  if (decided) {
    await audit(tx, { ...origin, kind: `operations.letter-${what}`, actorId: by, detail: { letterId: id, eventId: decided.eventId, subscriber: decided.subscriber } })
    return letterView(decided)
  }
  const letter = await findDeadLetter(tx, id)
  throw letter ? letterNotWaiting(letter.status) : noSuchLetter()
}

export function letterView({ id, traceparent: _, decidedBy: __, firstFailedAt, lastFailedAt, decidedAt, ...letter }: DeadLetter): DeadLetterView {
  return { ...letter, id: String(id), firstFailedAt: firstFailedAt.toISOString(), lastFailedAt: lastFailedAt.toISOString(), decidedAt: decidedAt?.toISOString() ?? null }
}
