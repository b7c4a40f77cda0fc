import { type Database, type DatabaseSettings, openDatabase } from '../../server/platform/db/database.ts'

/** The primary is what the configuration calls so. */
export const keepFirstPrimary = (settings: DatabaseSettings): Database => openDatabase({ ...settings, replicaUrl: undefined })
