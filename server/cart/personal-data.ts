import type { PersonalData } from '../platform/personal-data.ts'
import { findCode, forgetCode, listItems, removeItems } from './db/queries.ts'

export const cartData: PersonalData = {
  name: 'cart',
  async collect(db, { userId }) {
    const lines = (await listItems(db, userId)).map(({ variantId, quantity }) => ({ variantId, quantity }))
    return { lines, promoCode: await findCode(db, userId) }
  },
  async erase(tx, { userId }) {
    await removeItems(tx, userId)
    await forgetCode(tx, userId)
  },
}
