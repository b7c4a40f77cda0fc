import type { Transaction } from '../platform/db/connect.ts'
import type { DomainEvent } from '../platform/outbox/append-event.ts'
import { holdAccount } from './db/account-queries.ts'
import { passwordChangedPayload, resetRequestedPayload } from './events.ts'
import { issueReset } from './reset-password.ts'

export interface Letter { userId: string, recipient: string, subject: string, body: string }

/** The news that an account's owner is written about. */
export const accountNews = ['auth.reset-requested', 'auth.password-changed'] as const

/** The letter for one piece of news, or nothing. What it needs to be true, such as a token, is made in `tx`. */
export async function writeLetter(tx: Transaction, { type, payload }: DomainEvent, publicUrl: string): Promise<Letter | null> {
  if (type === 'auth.reset-requested') {
    const reset = await issueReset(tx, resetRequestedPayload.parse(payload).resetId)
    return reset && {
      userId: reset.userId,
      recipient: reset.email,
      subject: 'A new password for Monolith Supply',
      body: `Hello ${reset.name},\n\nsomebody, we hope you, asked for a new password. Set it here; the link works once, for 30 minutes:\n\n${publicUrl}/reset?token=${reset.token}\n\nIt was not you? Then do nothing: your password stays as it is.\n\nMonolith Supply\n`,
    }
  }
  const account = await holdAccount(tx, passwordChangedPayload.parse(payload).userId)
  return account
    ? {
        userId: account.id,
        recipient: account.email,
        subject: 'Your password was changed',
        body: `Hello ${account.name},\n\nthe password of your account was just changed, and all other devices were logged out.\n\nIt was not you? Then set a new one right away:\n\n${publicUrl}/forgot\n\nMonolith Supply\n`,
      }
    : null
}
