import { asc, eq, sql } from 'drizzle-orm'
import type { PersonalData } from '../platform/personal-data.ts'
import { countRating } from '../products/index.ts'
import { reviews } from './db/tables.ts'

/** What somebody wrote about things, and whom they found helpful. All of it goes, the stars too. */
export const reviewData: PersonalData = {
  name: 'reviews',
  async collect(db, { userId }) {
    const rows = await db.select().from(reviews).where(eq(reviews.ownerId, userId)).orderBy(asc(reviews.writtenAt))
    return rows.map(({ productId, rating, title, text, name, status, writtenAt }) => ({ productId, rating, title, text, name, status, writtenAt }))
  },
  async erase(tx, { userId }) {
    const gone = await tx.delete(reviews).where(eq(reviews.ownerId, userId)).returning({ productId: reviews.productId, rating: reviews.rating, status: reviews.status })
    for (const { productId, rating, status } of gone.toSorted((a, b) => (a.productId < b.productId ? -1 : 1))) {
      if (status === 'published') await countRating(tx, productId, rating, -1)
    }
    await tx.execute(sql`
      with gone as (delete from review_votes where owner_id = ${userId} returning review_id)
      update reviews set helpful = helpful - 1 where id in (select review_id from gone)`)
  },
}
