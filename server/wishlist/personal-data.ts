import { eq } from 'drizzle-orm'
import type { PersonalData } from '../platform/personal-data.ts'
import { listWishes } from './db/queries.ts'
import { wishes } from './db/tables.ts'

export const wishData: PersonalData = {
  name: 'wishlist',
  collect: (db, { userId }) => listWishes(db, userId),
  async erase(tx, { userId }) {
    await tx.delete(wishes).where(eq(wishes.ownerId, userId))
  },
}
