import { audit, type Origin } from '../platform/audit/audit.ts'
import type { Database } from '../platform/db/database.ts'
import { findLogin, updateRole } from './db/account-queries.ts'
import { deleteSessions } from './db/queries.ts'

/**
 * Gives an account another role and ends its sessions, so that nothing that was opened under the old one goes on.
 * Answers false when nobody has that address or the role is theirs already.
 * @param change.actorId the admin who decided; nobody when it was done from the machine itself
 */
export async function changeRole(database: Pick<Database, 'write'>, { email, role, actorId, origin = {} }: { email: string, role: 'shopper' | 'admin', actorId?: string, origin?: Origin }): Promise<boolean> {
  const { result } = await database.write(async (tx) => {
    const account = await findLogin(tx, { email: email.trim().toLowerCase(), deviceHash: null })
    if (!account || !await updateRole(tx, account.id, role)) return false
    await deleteSessions(tx, account.id)
    await audit(tx, { ...origin, kind: 'auth.role-changed', userId: account.id, actorId, detail: { from: account.role, to: role } })
    return true
  })
  return result
}
