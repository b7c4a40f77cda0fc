import { eq } from 'drizzle-orm'
import { forgetInAudit } from '../platform/audit/audit.ts'
import type { PersonalData } from '../platform/personal-data.ts'
import { deleteUser } from './db/account-queries.ts'
import { listSessions } from './db/queries.ts'
import { knownDevices, users } from './db/tables.ts'
import { forgiveAll } from './throttle.ts'

/** The account itself. Its sessions, devices and asked-for passwords go with it, the tallies of its address too. */
export const accountData: PersonalData = {
  name: 'account',
  async collect(db, { userId }) {
    const [account] = await db.select({ email: users.email, name: users.name, role: users.role, createdAt: users.createdAt }).from(users).where(eq(users.id, userId))
    const devices = await db.select({ lastLoginAt: knownDevices.lastLoginAt }).from(knownDevices).where(eq(knownDevices.userId, userId))
    return { ...account, sessions: (await listSessions(db, userId)).map(({ id: _, ...session }) => session), knownDevices: devices }
  },
  async erase(tx, { userId, email }) {
    await forgiveAll(tx, email)
    await forgetInAudit(tx, userId)
    await deleteUser(tx, userId)
  },
}
