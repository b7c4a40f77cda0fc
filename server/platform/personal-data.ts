/**
 * Prevents: an account that is gone while its owner's name still stands in tables that somebody else looks after, and a
 * domain that comes later and is forgotten.
 * Guarantees: every domain in the list is asked before anything is touched, and all erase in one transaction: an account is
 * there as a whole or not at all. A test looks through every table for what should be gone, also through those of a domain
 * that nobody put into the list. Why not by an event: docs/decisions/erasing-in-one-transaction.md.
 */
import type { Executor, Transaction } from './db/connect.ts'
import type { Reader } from './db/database.ts'
import type { AppError } from './http/app-error.ts'

/** Whose data it is about. */
export interface Person { userId: string, email: string }

/** What one domain keeps about a person. */
export interface PersonalData {
  /** Its part of the download. */
  name: string
  /** Everything that this domain keeps about the person, as plain JSON. */
  collect(db: Reader | Executor, person: Person): Promise<unknown>
  /** Why the account has to stay for now; locks what the answer depends on until the end of the transaction. */
  objection?(tx: Transaction, person: Person): Promise<AppError | null>
  /** Erases it, or takes the person out of what the law wants kept. Again it does nothing more. */
  erase(tx: Transaction, person: Person): Promise<void>
}

declare module 'h3' {
  interface H3EventContext {
    personalData: readonly PersonalData[]
  }
}

/** In the place of an address by mail; no mail can go there (RFC 6761). */
export const erasedEmail = 'erased@account.invalid'
export const erasedText = 'Erased'

/** Everything about a person, part by part. */
export async function collectPersonalData(db: Reader | Executor, domains: readonly PersonalData[], person: Person): Promise<Record<string, unknown>> {
  const parts: Record<string, unknown> = {}
  for (const domain of domains) parts[domain.name] = await domain.collect(db, person)
  return parts
}

/** Erases in the order of the list. @throws {AppError} the first objection, and then nothing is changed */
export async function erasePersonalData(tx: Transaction, domains: readonly PersonalData[], person: Person): Promise<void> {
  for (const domain of domains) {
    const objection = await domain.objection?.(tx, person)
    if (objection) throw objection
  }
  for (const domain of domains) await domain.erase(tx, person)
}
