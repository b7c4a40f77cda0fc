import { sweepAudit } from '../platform/audit/audit.ts'
import type { Database } from '../platform/db/database.ts'
import { deleteEnded } from './db/account-queries.ts'
import { idleDays } from './db/queries.ts'

/** Deletes sessions, reset requests, devices and tallies whose time is over, a batch at a time; answers how many rows. What is over is refused before it is swept. */
export async function sweepAccounts({ database }: { database: Pick<Database, 'fresh'> }): Promise<number> {
  return await database.fresh(db => deleteEnded(db, idleDays)) + await database.fresh(sweepAudit)
}
