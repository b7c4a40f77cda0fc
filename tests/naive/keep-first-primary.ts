import type { DatabaseSettings } from '../../server/platform/db/connect.ts'
import { type Database, openDatabase } from '../../server/platform/db/database.ts'

/** The primary is what the configuration calls so. */
export const keepFirstPrimary = (settings: DatabaseSettings): Database => openDatabase({ ...settings, replicaUrl: undefined })
