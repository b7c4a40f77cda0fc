import type { PersonalData } from '../platform/personal-data.ts'
import { listAddresses, removeAddresses } from './db/queries.ts'

export const addressData: PersonalData = {
  name: 'addresses',
  collect: (db, { userId }) => listAddresses(db, userId),
  async erase(tx, { userId }) {
    await removeAddresses(tx, userId)
  },
}
