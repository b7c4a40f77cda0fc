import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'

/** What must hold of the reviews: the stars beside a product and the number beside a review are sums. */
export const reviewInvariants: readonly Invariant[] = [
  {
    name: 'stars-are-those-of-reviews',
    says: 'A product’s stars are those of its published reviews.',
    query: () => sql`
      select p.id::text as id from products p
      left join (select product_id, array[count(*) filter (where rating = 1), count(*) filter (where rating = 2), count(*) filter (where rating = 3),
        count(*) filter (where rating = 4), count(*) filter (where rating = 5)]::int[] as stars from reviews where status = 'published' group by 1) r on r.product_id = p.id
      where p.ratings <> coalesce(r.stars, '{0,0,0,0,0}')`,
  },
  {
    name: 'votes-are-counted-once',
    says: 'The number beside a review is that of the shoppers who found it helpful.',
    query: () => sql`
      select r.id::text as id from reviews r
      where r.helpful <> (select count(*) from review_votes v where v.review_id = r.id)`,
  },
]
