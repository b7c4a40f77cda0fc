import { sql } from 'drizzle-orm'
import type { Reader } from '../../platform/db/database.ts'

export interface MappedProduct { slug: string, changedAt: Date, pictures: string[] }

/** Whether there are more products than this; reads no further than that in an index. */
export async function hasMoreProductsThan(db: Reader, count: number): Promise<boolean> {
  const { rows } = await db.execute(sql`select 1 from products where published order by id offset ${count} limit 1`)
  return rows.length > 0
}

/** The products whose id begins with these hexadecimal digits, in the order of their ids. */
export async function listProductsOfShard(db: Reader, digits: string): Promise<MappedProduct[]> {
  const first = (digits + '0'.repeat(32)).slice(0, 32)
  const last = (digits + 'f'.repeat(32)).slice(0, 32)
  const { rows } = await db.execute<{ slug: string, changed_at: Date, pictures: string[] }>(sql`
    select p.slug, p.updated_at as changed_at,
      coalesce((select array_agg(i.key order by i.position) from product_images i where i.product_id = p.id), '{}') as pictures
    from products p where p.published and p.id between ${first}::uuid and ${last}::uuid order by p.id`)
  return rows.map(row => ({ slug: row.slug, changedAt: new Date(row.changed_at), pictures: row.pictures }))
}
