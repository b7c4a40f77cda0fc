import { sql } from 'drizzle-orm'
import type { Database } from '../platform/db/database.ts'
import { listRateable } from '../products/index.ts'
import { names, voices } from './seed/voices.ts'

/** The same number for the same text, in every run and on every machine (FNV-1a). */
function numberOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
  return hash >>> 0
}

/** What was said of one product: most have a few reviews, some have none. */
function reviewsOf({ id, slug, category }: { id: string, slug: string, category: string }) {
  const shelf = voices[category] ?? []
  const count = [0, 1, 2, 3, 3, 4, 5, 6][numberOf(slug) % 8]!
  // A step that shares no divisor with the shelf's length meets no voice twice.
  const step = shelf.length % 5 === 0 ? 3 : 5
  return Array.from({ length: Math.min(count, shelf.length) }, (_, index) => {
    const seed = numberOf(`${slug} ${index}`)
    const [rating, title, text] = shelf[(numberOf(slug) + index * step) % shelf.length]!
    return { product_id: id, rating, title, text, name: names[(numberOf(slug) + index * 7) % names.length]!, days: 3 + seed % 360, votes: seed % 5 === 0 ? seed % 31 : seed % 6 }
  })
}

/**
 * Fills a shop without reviews with those of its own range, marked as brought along: there are no orders behind them.
 * @returns how many were added; 0 when there were any
 */
export async function seedReviews(database: Pick<Database, 'fresh' | 'write'>): Promise<number> {
  const { rows } = await database.fresh(db => db.execute(sql`select 1 from reviews limit 1`))
  if (rows.length > 0) return 0
  const said = (await database.fresh(listRateable)).flatMap(reviewsOf)
  await database.write(async (tx) => {
    await tx.execute(sql`
      with said as (select * from jsonb_to_recordset(${JSON.stringify(said)}::jsonb) as s(product_id uuid, rating int, title text, text text, name text, days int, votes int))
      insert into reviews (product_id, owner_id, rating, title, text, name, status, helpful, written_at, decided_at)
      select product_id, gen_random_uuid(), rating, title, text, name, 'published', votes, now() - make_interval(days => days), now() - make_interval(days => days) from said`)
    await tx.execute(sql`insert into review_votes (review_id, owner_id) select id, gen_random_uuid() from reviews, generate_series(1, helpful)`)
    await tx.execute(sql`
      update products p set ratings = r.stars
      from (select product_id, array[count(*) filter (where rating = 1), count(*) filter (where rating = 2), count(*) filter (where rating = 3),
        count(*) filter (where rating = 4), count(*) filter (where rating = 5)]::int[] as stars from reviews group by 1) r where r.product_id = p.id`)
  })
  return said.length
}
