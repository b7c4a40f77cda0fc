import type { Database } from '../platform/db/database.ts'
import type { Subscriber } from '../platform/outbox/subscriber.ts'
import { writeInTrace } from '../platform/telemetry/trace-context.ts'
import { racePoint } from '../platform/race-points.ts'
import { completeRefund, findPayment, findRefund, type PaymentGateway } from '../payments/index.ts'
import { changeStatus, recordRefund } from './change-status.ts'
import { paymentNews, refundNews, shipmentNews } from './events.ts'
import { type SettleDeps, settlePayment } from './settle-payment.ts'

const statusOf = { 'shipment.created': 'fulfilling', 'shipment.shipped': 'shipped', 'shipment.delivered': 'delivered' } as const
const causeOf = { 'shipment.created': 'packed and handed to the carrier', 'shipment.shipped': 'picked up by the carrier', 'shipment.delivered': 'delivered' } as const

/** What a carrier tells moves the order along, forward only. */
export const orderProgress: Subscriber = {
  name: 'order-progress',
  events: Object.keys(statusOf),
  async apply(tx, { type, payload }) {
    const { orderId, trackingNumber } = shipmentNews.parse(payload)
    const news = type as keyof typeof statusOf
    await changeStatus(tx, orderId, statusOf[news], { cause: causeOf[news], trackingNumber })
  },
}

/** A hint from the gateway makes us ask it; a webhook that came first, twice or late changes nothing more. */
export function paymentProgress(deps: SettleDeps): Subscriber {
  return {
    name: 'payment-progress',
    events: ['payment.changed'],
    async apply() {},
    async after({ payload, traceparent }) {
      const database = { ...deps.database, write: writeInTrace(deps.database.write, traceparent) }
      await settlePayment({ ...deps, database }, paymentNews.parse(payload).orderId, 'confirmed by the bank')
    },
  }
}

/** Sends back what was promised. The refund's id is the gateway's key, so that a repetition is the same refund. */
export function refunds({ database, gateway }: { database: Pick<Database, 'fresh' | 'write'>, gateway: Pick<PaymentGateway, 'refund'> }): Subscriber {
  return {
    name: 'refunds',
    events: ['refund.requested'],
    async apply() {},
    async after({ payload, traceparent }) {
      const { refundId, orderId } = refundNews.parse(payload)
      const [refund, payment] = await database.fresh(async db => [await findRefund(db, refundId), await findPayment(db, orderId)] as const)
      if (refund?.state !== 'requested' || !payment?.intentId) return
      await gateway.refund(payment.intentId, { amountMinor: refund.amountMinor, key: `refund-${refundId}` })
      await racePoint('refund-sent')
      await writeInTrace(database.write, traceparent)(async (tx) => {
        if (await completeRefund(tx, refund)) await recordRefund(tx, refund)
      })
    },
  }
}
