import { sql } from 'drizzle-orm'
import type { Executor } from './connect.ts'

/** The one clock that all processes share; an instance's own may be days off. */
export async function databaseNow(db: Pick<Executor, 'execute'>): Promise<Date> {
  const { rows } = await db.execute<{ ms: number }>(sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`)
  return new Date(rows[0]!.ms)
}
