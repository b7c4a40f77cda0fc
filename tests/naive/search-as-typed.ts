import { sql } from 'drizzle-orm'
import type { Reader } from '../../server/platform/db/database.ts'

/** Finds what has exactly these letters in its name. */
export async function searchAsTyped(db: Reader, q: string): Promise<string[]> {
  const { rows } = await db.execute<{ slug: string }>(sql`select slug from products where name ilike ${`%${q}%`} limit 24`)
  return rows.map(row => row.slug)
}
