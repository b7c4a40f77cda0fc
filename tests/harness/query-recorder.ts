import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Db } from '../../server/platform/db/connect.ts'

export interface RecordedQuery { text: string, params: unknown[] }

export interface QueryRecorder {
  /** Hands over a real connection; answers the statements that were sent through it, and undoes what they did. */
  record(use: (db: Db) => Promise<unknown>): Promise<RecordedQuery[]>
  close(): Promise<void>
}

/** The statements as the code sends them, so that a test follows the code without a copy of its SQL. */
export function recordQueries(url: string): QueryRecorder {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  return {
    async record(use) {
      const seen: RecordedQuery[] = []
      const db = drizzle(pool, { logger: { logQuery: (text, params) => seen.push({ text, params }) } })
      const undo = new Error('undo')
      await db.transaction(async (tx) => {
        await use(tx as unknown as Db)
        throw undo
      }).catch((error: unknown) => {
        if (error !== undo) throw error
      })
      return seen.filter(({ text }) => /^\s*(?:select|insert|update|delete|with)\b/i.test(text))
    },
    close: () => pool.end(),
  }
}
