import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { OrderSnapshot } from '../orders/index.ts'
import { fetchJson, ForeignAnswerError } from '../platform/resilience/fetch-json.ts'
import { createOutbound } from '../platform/resilience/outbound.ts'

const parcel = z.object({ id: z.string().max(100), trackingNumber: z.string().max(100), status: z.string() })
export type Parcel = z.infer<typeof parcel>

export interface Carrier {
  /** The same order again is the same parcel. */
  hand(order: Pick<OrderSnapshot, 'orderId' | 'address' | 'lines'>): Promise<Parcel>
  /** Answers false when it has left already. */
  stop(parcelId: string): Promise<boolean>
}

const webhook = z.object({
  id: z.string(),
  type: z.enum(['shipment.label-created', 'shipment.shipped', 'shipment.delivered', 'shipment.cancelled']),
  data: z.object({ shipment: z.object({ id: z.string(), orderId: z.string(), trackingNumber: z.string() }) }),
})
export type CarrierNews = z.infer<typeof webhook>

const isServerFault = (error: unknown) => !(error instanceof ForeignAnswerError) || error.status >= 500

export function createCarrier(url: string): Carrier {
  const outbound = createOutbound({ name: 'the carrier', timeoutMs: 3_000, concurrency: 10, isFault: isServerFault })
  return {
    hand: ({ orderId, address, lines }) => fetchJson(outbound, parcel, {
      url: `${url}/shipments`,
      method: 'POST',
      headers: { 'idempotency-key': `"order-${orderId}"` },
      body: { orderId, address, lines: lines.map(({ sku, name, quantity }) => ({ sku, name, quantity })) },
      repeatable: true,
    }),
    async stop(parcelId) {
      try {
        await fetchJson(outbound, parcel, { url: `${url}/shipments/${encodeURIComponent(parcelId)}/cancel`, method: 'POST', body: {}, repeatable: true })
        return true
      }
      catch (error) {
        if (error instanceof ForeignAnswerError && error.status === 409) return false
        throw error
      }
    },
  }
}

const toleranceS = 300

/**
 * Checks `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` on the raw body and reads what it says.
 * @throws when the signature is wrong or too old, or the body is of another shape
 */
export function readCarrierWebhook(rawBody: Buffer, header: string, secret: string, nowMs: number): CarrierNews {
  const fields = Object.fromEntries(header.split(',').map(part => part.trim().split('=', 2) as [string, string]))
  const expected = createHmac('sha256', secret).update(`${fields.t}.`).update(rawBody).digest()
  const given = Buffer.from(fields.v1 ?? '', 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('the signature does not fit')
  if (!(Math.abs(nowMs / 1_000 - Number(fields.t)) <= toleranceS)) throw new Error('the signature is too old')
  return webhook.parse(JSON.parse(rawBody.toString('utf8')))
}
