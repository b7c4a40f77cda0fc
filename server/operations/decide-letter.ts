import { z } from 'zod'
import type { DeadLetterView } from '../../shared/schemas/operations.ts'
import { audit, type Origin } from '../platform/audit/audit.ts'
import type { Transaction } from '../platform/db/connect.ts'
import type { DeadLetter } from '../platform/outbox/dead-letters.ts'
import { findDeadLetter } from './db/queries.ts'
import { letterNotWaiting, noSuchLetter } from './errors.ts'

export const letterId = z.string().regex(/^[1-9]\d{0,14}$/)

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
