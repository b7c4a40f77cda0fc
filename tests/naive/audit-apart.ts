import { audit, type AuditEntry } from '../../server/platform/audit/audit.ts'
import type { Transaction } from '../../server/platform/db/connect.ts'
import type { Database } from '../../server/platform/db/database.ts'

/** Writes the entry over a connection of its own, as a logger would. */
export const auditApart = (database: Database) => (_tx: Transaction, entry: AuditEntry): Promise<void> => database.fresh(db => audit(db, entry))
