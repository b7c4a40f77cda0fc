import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { Database } from '../../platform/db/database.ts'

const keptMs = 24 * 60 * 60_000

/** Deletes files of a day ago that no open upload needs: what a killed process left behind, and what was given up. */
export async function sweepUploads(database: Pick<Database, 'fresh'>, folder: string, now = Date.now()): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const old: string[] = []
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => null)
    if (found && now - found.mtimeMs > keptMs) old.push(name)
  }
  if (old.length === 0) return 0
  const { rows } = await database.fresh(db => db.execute<{ id: string }>(sql`
    select id::text as id from picture_uploads where status <> 'done' and id::text = any(${sql.param(old)}::text[])`))
  const open = new Set(rows.map(row => row.id))
  const gone = old.filter(name => !open.has(name))
  for (const name of gone) await rm(join(folder, name), { force: true })
  return gone.length
}
