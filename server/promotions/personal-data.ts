import { sql } from 'drizzle-orm'
import type { Executor } from '../platform/db/connect.ts'
import type { Reader } from '../platform/db/database.ts'
import type { PersonalData } from '../platform/personal-data.ts'

/**
 * Which codes somebody used, told by their orders: nobody has proved that the account's address is theirs, so it opens no use
 * of somebody else's. A use stays counted for its code, by nobody: whoever comes back as somebody new may use it again.
 */
export const promotionData = (listOrderIds: (db: Reader | Executor, userId: string) => Promise<string[]>): PersonalData => ({
  name: 'promotions',
  async collect(db, { userId }) {
    const { rows } = await db.execute<{ code: string, order_id: string, taken_at: Date }>(sql`
      select p.code, r.order_id, r.taken_at from promotion_redemptions r join promotions p on p.id = r.promotion_id
      where r.order_id = any(${sql.param(await listOrderIds(db, userId))}::uuid[]) order by r.taken_at`)
    return rows.map(row => ({ code: row.code, orderId: row.order_id, takenAt: row.taken_at }))
  },
  async erase(tx, { userId }) {
    const own = sql`${sql.param(await listOrderIds(tx, userId))}::uuid[]`
    await tx.execute(sql`
      with mine as (select promotion_id, identity, count(*)::int as uses from promotion_redemptions, unnest(identities) as identity
        where order_id = any(${own}) and state = 'taken' group by 1, 2)
      update promotion_shoppers s set used = s.used - mine.uses from mine where s.promotion_id = mine.promotion_id and s.identity = mine.identity`)
    await tx.execute(sql`
      delete from promotion_shoppers s using promotion_redemptions r
      where r.order_id = any(${own}) and s.promotion_id = r.promotion_id and s.identity = any(r.identities) and s.used = 0`)
    await tx.execute(sql`update promotion_redemptions set identities = '{}' where order_id = any(${own})`)
  },
})
