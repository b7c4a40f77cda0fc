import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'

/** A shelf as most first tries have it: looks how many there are, and writes one less. */
export async function naiveShelf(database: Pick<Database, 'fresh'>, units: number): Promise<{ sellOne(): Promise<boolean> }> {
  await database.fresh(db => db.execute(sql`create table if not exists naive_shelf (id int primary key, on_hand int)`))
  await database.fresh(db => db.execute(sql`insert into naive_shelf values (1, ${units}) on conflict (id) do update set on_hand = excluded.on_hand`))
  return {
    sellOne: () => database.fresh(async (db) => {
      const { rows } = await db.execute<{ on_hand: number }>(sql`select on_hand from naive_shelf where id = 1`)
      if (rows[0]!.on_hand < 1) return false
      await db.execute(sql`update naive_shelf set on_hand = ${rows[0]!.on_hand - 1} where id = 1`)
      return true
    }),
  }
}
