import { newId } from '../random.ts'
import type { Charge, GatewayEvent, Intent, Refund, Work } from './records.ts'

/** The version that the installed SDK is pinned to; an event is written in it, whoever receives it. */
export const apiVersion = '2026-10-28.endive'

type EventType
  = 'payment_intent.created' | 'payment_intent.requires_action' | 'payment_intent.processing' | 'payment_intent.amount_capturable_updated'
    | 'payment_intent.succeeded' | 'payment_intent.payment_failed' | 'payment_intent.canceled' | 'charge.refunded' | 'refund.created'

/** Records an event within the current commit; it is sent to the webhook, if there is one, once the commit is written. */
export function emit(work: Work, type: EventType, object: Intent | Charge | Refund): void {
  const event: GatewayEvent = {
    id: newId('evt'),
    object: 'event',
    api_version: apiVersion,
    created: work.nowS,
    data: { object },
    livemode: false,
    pending_webhooks: work.webhooksWanted ? 1 : 0,
    request: { id: work.requestId, idempotency_key: work.idempotencyKey },
    type,
  }
  work.store.put('events', event)
}
