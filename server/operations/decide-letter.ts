import { z } from 'zod'
import type { DeadLetterView } from '../../shared/schemas/operations.ts'
import type { Transaction } from '../platform/db/connect.ts'
import type { DeadLetter } from '../platform/outbox/dead-letters.ts'
import { findDeadLetter } from './db/queries.ts'
import { letterNotWaiting, noSuchLetter } from './errors.ts'

export const letterId = z.string().regex(/^[1-9]\d{0,14}$/)

/**
 * Lets a person decide over a waiting letter.
 * @throws {AppError} 404, 409 `operations/letter-not-waiting`
 */
export async function decideLetter(tx: Transaction, id: number, decide: (tx: Transaction) => Promise<DeadLetter | undefined>): Promise<DeadLetterView> {
  const decided = await decide(tx)
  if (decided) return letterView(decided)
  const letter = await findDeadLetter(tx, id)
  throw letter ? letterNotWaiting(letter.status) : noSuchLetter()
}

export function letterView({ id, traceparent: _, decidedBy: __, firstFailedAt, lastFailedAt, decidedAt, ...letter }: DeadLetter): DeadLetterView {
  return { ...letter, id: String(id), firstFailedAt: firstFailedAt.toISOString(), lastFailedAt: lastFailedAt.toISOString(), decidedAt: decidedAt?.toISOString() ?? null }
}
