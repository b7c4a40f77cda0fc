import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'

/** What must hold of promo codes, whatever was placed, failed or cancelled at the same time. */
export const promotionInvariants: readonly Invariant[] = [
  {
    name: 'promo-uses-add-up',
    says: 'A code counts as many uses as orders have it, and never more than its limit.',
    query: () => sql`
      select p.id from promotions p left join (select promotion_id, count(*) as taken from promotion_redemptions where state = 'taken' group by 1) r on r.promotion_id = p.id
      where p.used <> coalesce(r.taken, 0) or p.used > p.total_limit`,
  },
  {
    name: 'promo-shoppers-add-up',
    says: 'Each name of a shopper counts as many uses of a code as orders have it under that name.',
    query: () => sql`
      with taken as (select promotion_id, identity, count(*) as used from promotion_redemptions, unnest(identities) as identity where state = 'taken' group by 1, 2)
      select promotion_id || ' ' || identity as id from promotion_shoppers s full join taken t using (promotion_id, identity) where coalesce(s.used, 0) <> coalesce(t.used, 0)`,
  },
]
