import { inArray } from 'drizzle-orm'
import { listOrderIds } from '../orders/index.ts'
import type { PersonalData } from '../platform/personal-data.ts'
import { shipments } from './db/tables.ts'

/** Parcels. That one went stays; its number, by which the carrier would tell to whom, does not. */
export const parcelData: PersonalData = {
  name: 'parcels',
  async collect(db, { userId }) {
    return db.select({ orderId: shipments.orderId, status: shipments.status, trackingNumber: shipments.trackingNumber }).from(shipments).where(inArray(shipments.orderId, await listOrderIds(db, userId)))
  },
  async erase(tx, { userId }) {
    await tx.update(shipments).set({ trackingNumber: null }).where(inArray(shipments.orderId, await listOrderIds(tx, userId)))
  },
}
