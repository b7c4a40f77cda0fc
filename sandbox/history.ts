// Prevents: a demo whose shop has a past of which the bank and the carrier know nothing, so that nothing of it can be refunded,
// stopped or compared.
// Guarantees: what is told is booked by the gateway's own steps under its own date, whole or not at all, and no webhook is sent.
import { z } from 'zod'
import { keyedShipment, shipmentBody } from './carrier/routes.ts'
import { type Carrier, shipmentStatuses } from './carrier/shipments.ts'
import { json, parseJson, problem, route } from './http.ts'
import type { Answer, Call, Route } from './http.ts'
import type { Gateway } from './payments/gateway.ts'
import { captureIntent, createIntent } from './payments/intents.ts'
import { createRefund } from './payments/refunds.ts'

const minor = z.number().int().min(1).max(99_999_999)
const moment = z.iso.datetime()

const history = z.strictObject({
  payments: z.array(z.strictObject({
    orderId: z.string().min(1).max(100),
    amountMinor: minor,
    currency: z.string().length(3),
    paymentMethod: z.string().max(100),
    at: moment,
    refunds: z.array(z.strictObject({ amountMinor: minor, at: moment })),
  })).max(10_000),
  parcels: z.array(shipmentBody.extend({
    history: z.array(z.strictObject({ status: z.enum(shipmentStatuses), at: moment })).min(1),
    /** How long it stays at each stop from here on; the carrier's own pace without it. */
    stepMs: z.number().int().min(0).max(30 * 86_400_000).optional(),
  })).max(10_000),
})
type PastPayment = z.infer<typeof history>['payments'][number]

interface Context { call: Call, gateway: Gateway, carrier: Carrier }

/** `POST /history`: payments and parcels of earlier times; 201 with the ids that they got, by order. */
export const historyRoutes: Route<Context>[] = [
  route('POST', '/history', ({ call, gateway, carrier }) => {
    const parsed = history.safeParse(parseJson(call.raw))
    if (!parsed.success) return problem(422, 'sandbox/bad-history', z.prettifyError(parsed.error))
    return remember(parsed.data, gateway, carrier)
  }),
]

function remember({ payments, parcels }: z.infer<typeof history>, gateway: Gateway, carrier: Carrier): Answer {
  const intents = gateway.store.commit(() => payments.map(payment => [payment.orderId, charge(gateway, payment)] as const))
  const shipments = carrier.store.commit(() => parcels.map(({ history: past, stepMs, ...body }) => {
    const { id, trackingNumber } = keyedShipment(carrier, `order-${body.orderId}`, body, { history: past, stepMs })
    return [body.orderId, { id, trackingNumber }] as const
  }))
  return json(201, { intents: Object.fromEntries(intents), parcels: Object.fromEntries(shipments) })
}

/** Held, taken and given back as a shop would have asked for it then; a card that refuses leaves the intent open. */
function charge(gateway: Gateway, { orderId, amountMinor, currency, paymentMethod, at, refunds }: PastPayment): string {
  const workAt = (time: string) => ({ ...gateway.newWork(), nowS: Math.floor(Date.parse(time) / 1_000), webhooksWanted: false })
  const { intent, decline } = createIntent(workAt(at), {
    amount: String(amountMinor), currency, capture_method: 'manual', confirm: 'true', payment_method: paymentMethod, metadata: { order_id: orderId },
  })
  if (decline) return intent.id
  captureIntent(workAt(at), intent.id, {})
  for (const refund of refunds) createRefund(workAt(refund.at), { payment_intent: intent.id, amount: String(refund.amountMinor) })
  return intent.id
}
