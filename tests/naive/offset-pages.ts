import { sql } from 'drizzle-orm'
import type { Reader } from '../../server/platform/db/database.ts'

/** A page by its number: every row that comes before it moves all of them. */
export async function pageByOffset(db: Reader, page: number, limit: number): Promise<string[]> {
  const { rows } = await db.execute<{ slug: string }>(sql`select slug from products order by published_at desc, id desc limit ${limit} offset ${page * limit}`)
  return rows.map(row => row.slug)
}
