import { eq } from 'drizzle-orm'
import type { OrderStatus } from '../../shared/schemas/orders.ts'
import { eraseRefundReasons, listWithOpenRefunds } from '../payments/index.ts'
import { redactEvents } from '../platform/outbox/redact-events.ts'
import { erasedEmail, erasedText, type PersonalData } from '../platform/personal-data.ts'
import { abandonCheckout } from './abandon-checkout.ts'
import { anonymiseOrder, erasedAddress, forgetTries, listWithOpenReturns, lockOrdersOf } from './db/personal-queries.ts'
import { viewOrder } from './db/queries.ts'
import { orders } from './db/tables.ts'
import { ordersUnderway } from './errors.ts'

/** Neither goods nor money of it are on their way. */
const ended: readonly OrderStatus[] = ['delivered', 'refunded', 'payment-failed']

/** Orders. The law wants what was sold kept; who bought it need not be, so an order stays without its person. */
export const orderData: PersonalData = {
  name: 'orders',
  async collect(db, { userId }) {
    const rows = await db.select().from(orders).where(eq(orders.ownerId, userId))
    const views = []
    for (const row of rows) views.push(await viewOrder(db, row))
    return views
  },
  async objection(tx, { userId }) {
    const { rows } = await lockOrdersOf(tx, userId)
    const ids = rows.map(row => row.id)
    const underway = new Set([...await listWithOpenReturns(tx, ids), ...await listWithOpenRefunds(tx, ids)])
    const open = rows.filter(row => !ended.includes(row.status) || underway.has(row.id))
    return open.length > 0 ? ordersUnderway(open.map(row => row.number)) : null
  },
  async erase(tx, { userId }) {
    const { openCheckouts, rows } = await lockOrdersOf(tx, userId)
    for (const id of openCheckouts) await abandonCheckout(tx, userId, id)
    await forgetTries(tx, userId)
    await eraseRefundReasons(tx, rows.map(row => row.id), erasedText)
    for (const row of rows) {
      await anonymiseOrder(tx, row)
      // What a shopper or an admin wrote travels as the cause of a return's or a refund's news.
      await redactEvents(tx, row.id, { email: erasedEmail, address: erasedAddress(row.address), trackingNumber: null, cause: erasedText })
    }
  },
}
