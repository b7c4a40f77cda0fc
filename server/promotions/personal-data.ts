import { sql } from 'drizzle-orm'
import type { Person, PersonalData } from '../platform/personal-data.ts'
import { identitiesOf } from './shopper-identities.ts'

const knownAs = ({ userId, email }: Person) => sql`${sql.param(identitiesOf({ ownerId: userId, email }))}::text[]`

/** Which codes somebody used. A use stays counted for its code, by nobody: whoever comes back as somebody new may use it again. */
export const promotionData: PersonalData = {
  name: 'promotions',
  async collect(db, { userId, email }) {
    const { rows } = await db.execute<{ code: string, order_id: string, taken_at: Date }>(sql`
      select p.code, r.order_id, r.taken_at from promotion_redemptions r join promotions p on p.id = r.promotion_id
      where r.identities && ${knownAs({ userId, email })} order by r.taken_at`)
    return rows.map(row => ({ code: row.code, orderId: row.order_id, takenAt: row.taken_at }))
  },
  async erase(tx, { userId, email }) {
    const known = knownAs({ userId, email })
    await tx.execute(sql`
      with mine as (select promotion_id, identity, count(*)::int as uses from promotion_redemptions, unnest(identities) as identity
        where identities && ${known} and state = 'taken' group by 1, 2)
      update promotion_shoppers s set used = s.used - mine.uses from mine where s.promotion_id = mine.promotion_id and s.identity = mine.identity`)
    await tx.execute(sql`
      delete from promotion_shoppers s using promotion_redemptions r
      where r.identities && ${known} and s.promotion_id = r.promotion_id and s.identity = any(r.identities) and s.used = 0`)
    await tx.execute(sql`update promotion_redemptions set identities = '{}' where identities && ${known}`)
  },
}
