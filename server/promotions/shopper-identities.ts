import { createHash } from 'node:crypto'

/**
 * One spelling of an e-mail address for all that reach the same mailbox: small letters, and without what follows a plus. It
 * tells people apart, and is never written to.
 */
export function mailboxOf(email: string): string {
  const [local = '', domain = ''] = email.trim().toLowerCase().split(/@(?=[^@]*$)/)
  return `${local.replace(/(?<=.)\+.*$/, '')}@${domain}`
}

export const identityOfOwner = (ownerId: string): string => `owner:${ownerId}`

/** An address is kept as its hash: it only has to be known again. */
const identityOfEmail = (email: string) => `email:${createHash('sha256').update(mailboxOf(email)).digest('hex')}`

/** The names that one shopper is known by, always in the same order. A new session does not change the address. */
export const identitiesOf = ({ ownerId, email }: { ownerId: string, email: string }): string[] => [identityOfOwner(ownerId), identityOfEmail(email)].toSorted()
